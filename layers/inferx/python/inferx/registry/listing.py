"""Pages of an owner's models, newest first.

The counters give the total, the index the page's keys, one batch read the models: a page costs
the same whatever lies behind it. Skipping to a far page reads keys only, some 7,000 a
request, and a plan's limit bounds how far "far" is.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import batched, islice

from inferx.errors import Unavailable
from inferx.identity.principal import Principal
from inferx.registry import expiry
from inferx.registry.quotas import find_user
from inferx.registry.records import find_name
from inferx.storage.item_keys import owner_name_key
from inferx.storage.tables.models import ModelItem

_BATCH = 100  # DynamoDB reads so many items at once


@dataclass(frozen=True)
class Page:
    """Some models, and how many there are in all."""

    models: list[ModelItem]
    total: int


def page_of(principal: Principal, *, page: int, per_page: int, name: str | None = None) -> Page:
    """One page of the caller's models, newest first; empty past the end.

    Args:
        principal: who asks; needs the scope ``models:read``.
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
            expiry.sweep(owner_id)
    total = _total(owner_id, name)
    if skipped >= total:
        return Page([], total)
    keys = islice(_keys(owner_id, name, limit=skipped + per_page), skipped, None)
    return Page(_read(keys), total)


def models_of(owner_id: str) -> Iterator[ModelItem]:
    """Every model of an owner; for the reconciliation."""
    for keys in batched(_keys(owner_id, None), _BATCH, strict=False):
        yield from _read(iter(keys))


def _total(owner_id: str, name: str | None) -> int:
    if name is None:
        return int(find_user(owner_id).model_count)
    item = find_name(owner_id, name)
    return 0 if item is None else int(item.version_count)


def _keys(owner_id: str, name: str | None, limit: int | None = None) -> Iterator[str]:
    if name is None:
        found = ModelItem.by_owner.query(owner_id, scan_index_forward=False, limit=limit)
    else:
        key = owner_name_key(owner_id, name)
        found = ModelItem.by_name.query(key, scan_index_forward=False, limit=limit)
    return (item.pk for item in found)


def _read(keys: Iterator[str]) -> list[ModelItem]:
    wanted = list(keys)
    found = {item.pk: item for item in ModelItem.batch_get(wanted, consistent_read=True)}
    return [found[key] for key in wanted if key in found]
