"""Tombstones: versions whose stored objects are to be removed, until they have been."""

from datetime import datetime

from pynamodb.exceptions import DeleteError

from inferx.clock import iso
from inferx.entities.models import Tombstone
from inferx.storage.item_keys import tombstone_pk
from inferx.storage.tables.models import TombstoneItem
from inferx.storage.transactions import Transaction


def find(model_id: str) -> Tombstone | None:
    """Return a version's tombstone; ``None`` when its objects are gone, or are not to go."""
    try:
        item = TombstoneItem.get(tombstone_pk(model_id), consistent_read=True)
    except TombstoneItem.DoesNotExist:
        return None
    return Tombstone(model_id, item.owner_id, datetime.fromisoformat(item.due_at))


def add(transaction: Transaction, tombstone: Tombstone) -> None:
    """Mark a version's objects for removal, in the transaction that ends the version."""
    transaction.put(
        TombstoneItem(
            tombstone_pk(tombstone.model_id),
            owner_id=tombstone.owner_id,
            due_at=iso(tombstone.due_at),
        )
    )


def delete_due(model_id: str, moment: datetime) -> bool:
    """Delete a version's tombstone once no object can follow those that were removed.

    Returns:
        Whether it was deleted; not before it is due, nor when there is none.
    """
    try:
        TombstoneItem(tombstone_pk(model_id)).delete(TombstoneItem.due_at <= iso(moment))
    except DeleteError:  # the one failure that is not Unavailable: the condition
        return False
    return True
