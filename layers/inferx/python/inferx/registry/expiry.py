"""What ends by itself: reservations that were never used, conversions that never came back.

DynamoDB's own expiry deletes late and gives no quota back, so InferX does it: when the owner
lists or is about to be refused for lack of room, and every night.
"""

from collections.abc import Iterator

from inferx.clock import iso, now
from inferx.registry import deletion, journal, lifecycle, quotas
from inferx.registry.records import find
from inferx.storage.item_keys import name_pk
from inferx.storage.tables.models import ModelItem, NameItem
from inferx.storage.transactions import Cancelled, Transaction, attempts

_AT_ONCE = 25


def is_lapsed(item: ModelItem) -> bool:
    """Whether this is a reservation whose time is over."""
    return item.status == "pending_upload" and str(item.due_at) < iso(now())


def sweep(owner_id: str) -> int:
    """End what of an owner's is overdue: unused reservations, lost conversions, deletions.

    Returns:
        How many things were ended; at most a few dozen, the rest at the next call.
    """
    ended = 0
    for pk in _due(owner_id):
        kind, model_id = pk.split("#", 1)
        if kind == "tombstone":
            deletion.finish(owner_id, model_id)
            ended += 1
            continue
        item = find(model_id)
        if item is None:
            continue
        if item.status == "converting":
            lifecycle.fail(item, "The conversion did not finish. Please upload the file again.")
            ended += 1
        elif release(item):
            ended += 1
    return ended


def release_unused(owner_id: str) -> int:
    """Give back the quota of an owner's reservations whose time is over.

    Returns:
        How many there were; at most a few dozen, the rest at the next call.
    """
    items = (find(pk.split("#", 1)[1]) for pk in _due(owner_id) if pk.startswith("model#"))
    return sum(release(item) for item in items if item is not None)


def release(item: ModelItem) -> bool:
    """Remove a reservation whose time is over.

    Returns:
        Whether it did; not when the file arrived, or somebody removed or renamed it, meanwhile.
    """
    if not is_lapsed(item):
        return False
    for _ in attempts():
        transaction = Transaction()
        transaction.delete(
            item,
            (ModelItem.status == "pending_upload") & (ModelItem.owner_name == item.owner_name),
        )
        quotas.refund(transaction, item.owner_id, size=item.counted_bytes, models=1)
        transaction.update(
            NameItem,
            name_pk(item.owner_id, item.name),
            [
                NameItem.version_count.add(-1),
                NameItem.changed_on.set(journal.today(item.owner_id)),
            ],
        )
        try:
            transaction.commit()
        except Cancelled as cancelled:
            if item.pk in cancelled.failed:
                return False
            continue
        return True
    return False


def _due(owner_id: str) -> Iterator[str]:
    overdue = ModelItem.by_due.query(owner_id, ModelItem.due_at <= iso(now()), limit=_AT_ONCE)
    return iter([item.pk for item in overdue])
