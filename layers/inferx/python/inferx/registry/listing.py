"""Pages of an owner's versions, newest first.

The counters give the total, the index the page's ids, one batch read the versions: a page costs
the same however many versions lie behind it. Skipping to a far page reads keys only, some 7,000 a
request, and a plan's limit bounds how far "far" is.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import batched, islice

from inferx.entities.models import ModelVersion
from inferx.errors import Unavailable
from inferx.identity.principal import Principal
from inferx.registry import sweeps
from inferx.registry.quotas import find_user
from inferx.storage.models import model_names, queries, versions

_BATCH = 100  # DynamoDB reads so many items at once


@dataclass(frozen=True)
class Page:
    """Some versions, and how many there are in all."""

    models: list[ModelVersion]
    total: int


def page_of(principal: Principal, *, page: int, per_page: int, name: str | None = None) -> Page:
    """Return one page of the caller's versions, newest first; empty past the end.

    Args:
        principal: the caller; needs the scope ``models:read``.
        page: from 1.
        per_page: 1 to 100.
        name: only this name's versions, the highest first.

    Raises:
        Forbidden: the scope is missing.
    """
    principal.require("models:read")
    owner_id = principal.user_id
    skipped = (page - 1) * per_page
    if page == 1:
        with suppress(Unavailable):  # leftovers can wait; the list need not
            sweeps.sweep(owner_id)
    total = _total(owner_id, name)
    if skipped >= total:
        return Page([], total)
    ids = islice(_ids(owner_id, name, at_most=skipped + per_page), skipped, None)
    return Page(versions.find_all(ids), total)


def models_of(owner_id: str) -> Iterator[ModelVersion]:
    """Yield every version of an owner; for the reconciliation."""
    for ids in batched(queries.ids_of_owner(owner_id), _BATCH, strict=False):
        yield from versions.find_all(ids)


def _total(owner_id: str, name: str | None) -> int:
    if name is None:
        return find_user(owner_id).model_count
    found = model_names.find(owner_id, name)
    return 0 if found is None else found.version_count


def _ids(owner_id: str, name: str | None, *, at_most: int) -> Iterator[str]:
    if name is None:
        return queries.ids_of_owner(owner_id, at_most=at_most)
    return queries.ids_of_name(owner_id, name, at_most=at_most)
