"""Which of a name's versions is the newest that is ready."""

from collections.abc import Iterable
from itertools import batched
from typing import Any

from inferx.registry.records import find_name, newest_ready_of
from inferx.storage.item_keys import name_pk, owner_name_key
from inferx.storage.tables.models import ModelItem, NameItem
from inferx.storage.transactions import Transaction

_BATCH = 10  # nearly always the first below is ready


def leave(transaction: Transaction, item: ModelItem, *, changed_on: str) -> None:
    """Count a version out of its name, which then points to the next one that is ready.

    The name's revision guards the choice: a version that gets ready meanwhile moves it, and
    the transaction is cancelled and must be made anew.
    """
    name = find_name(item.owner_id, item.name)
    assert name is not None, "a name outlives its versions"
    actions = [NameItem.version_count.add(-1), NameItem.changed_on.set(changed_on)]
    current = newest_ready_of(name)
    if current is not None and current["id"] == item.id:
        following = newest_ready(item.owner_id, item.name, without=item.id)
        actions.append(
            NameItem.newest_ready.remove()
            if following is None
            else NameItem.newest_ready.set(following)
        )
        actions.append(NameItem.revision.add(1))
    transaction.update(
        NameItem, name_pk(item.owner_id, item.name), actions, NameItem.revision == name.revision
    )


def newest_ready(owner_id: str, name: str, *, without: str = "") -> dict[str, Any] | None:
    """The ``{"id", "version"}`` of a name's newest ready version, found by looking.

    Args:
        owner_id: whose name it is.
        name: the name.
        without: the id of a version to pass over.
    """
    key = owner_name_key(owner_id, name)
    found = ModelItem.by_name.query(key, scan_index_forward=False, page_size=_BATCH)
    for entries in batched(found, _BATCH, strict=False):
        items = ModelItem.batch_get([entry.pk for entry in entries], consistent_read=True)
        best = among(item for item in items if item.id != without and item.owner_name == key)
        if best is not None:
            return best
    return None


def among(items: Iterable[ModelItem]) -> dict[str, Any] | None:
    """The ``{"id", "version"}`` of the newest of these versions of a name that is ready."""
    ready = [item for item in items if item.status == "ready"]
    if not ready:
        return None
    best = max(ready, key=lambda item: item.version)
    return {"id": best.id, "version": best.version}
