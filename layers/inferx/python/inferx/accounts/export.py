"""Everything that is stored about an account, record by record, from any place on.

An account may have 10,000 model versions, and a response has room for some of them. So the records
have one order, by kind and then by key, and each is a place where the next response may go on.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import batched
from typing import Any, Literal, NamedTuple, get_args

from inferx.errors import Fault, Invalid
from inferx.storage import belongings, credentials, jobs
from inferx.storage.models import model_names, versions
from inferx.storage.webhooks import deliveries, endpoints

type Kind = Literal["api_keys", "sessions", "webhooks", "models", "names", "jobs", "deliveries"]

_KINDS: tuple[Kind, ...] = get_args(Kind.__value__)
_AT_ONCE = 50  # an item has up to 400 KB, and DynamoDB returns 16 MB at once
_LONGEST_KEY = 200


class Place(NamedTuple):
    """A record's place in the order; ``str`` and :func:`place_of` are each other's inverse."""

    kind: Kind
    key: str

    def __str__(self) -> str:
        """Return the place as a query parameter holds it."""
        return f"{self.kind}:{self.key}"


@dataclass(frozen=True, slots=True)
class Record:
    """One record, of the class of :mod:`inferx.entities` that its kind has, and its place."""

    place: Place
    value: Any


def place_of(text: str) -> Place:
    """Return the place that a query parameter holds.

    Raises:
        Invalid: it holds none.
    """
    named, _, key = text.partition(":")
    for kind in _KINDS:
        if kind == named and 0 < len(key) <= _LONGEST_KEY:
            return Place(kind, key)
    sentence = "is no place in an export; follow the link that a response has as `next`"
    raise Invalid([Fault(("query", "after"), sentence)])


def records(user_id: str, after: Place | None = None) -> Iterator[Record]:
    """Yield what is stored about an account, in order; secrets are in none of it.

    Args:
        user_id: the user's id.
        after: only what comes after this place.
    """
    kinds = _KINDS if after is None else _KINDS[_KINDS.index(after.kind) :]
    for kind in kinds:
        start = after.key if after is not None and kind == after.kind else ""
        list_keys, find_all = _READERS[kind]
        for some in batched(list_keys(user_id, after=start), _AT_ONCE, strict=False):
            found = find_all(user_id, some)
            for key in some:
                if key in found:
                    yield Record(Place(kind, key), found[key])


type _Keys = tuple[str, ...]
type _Found = dict[str, Any]


def _by_id(find: Callable[[_Keys], list[Any]], _: str, keys: _Keys) -> _Found:
    return {each.id: each for each in find(keys)}


def _names(owner_id: str, keys: _Keys) -> _Found:
    return {each.name: each for each in model_names.find_all(owner_id, keys)}


def _endpoint_ids(owner_id: str, *, after: str = "") -> Iterator[str]:
    return (id_ for id_ in sorted(each.id for each in endpoints.of_owner(owner_id)) if id_ > after)


def _endpoints(owner_id: str, _: _Keys) -> _Found:
    return {each.id: each for each in endpoints.of_owner(owner_id)}


_READERS: dict[Kind, tuple[Callable[..., Iterator[str]], Callable[[str, _Keys], _Found]]] = {
    "api_keys": (belongings.api_key_ids, partial(_by_id, credentials.find_api_keys)),
    "sessions": (belongings.family_ids, partial(_by_id, credentials.find_families)),
    "webhooks": (_endpoint_ids, _endpoints),
    "models": (belongings.version_ids, partial(_by_id, versions.find_all)),
    "names": (belongings.names, _names),
    "jobs": (belongings.job_ids, partial(_by_id, jobs.find_all)),
    "deliveries": (belongings.delivery_ids, partial(_by_id, deliveries.find_all)),
}
