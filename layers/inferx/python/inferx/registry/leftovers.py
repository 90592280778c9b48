"""Removing what a version has left in the bucket, also when the removal is interrupted.

The transaction that ends a version leaves a tombstone, which goes when the last object has gone.
What finds a tombstone, the owner's next try, their next listing or the nightly job, finishes the
removal.
"""

from datetime import datetime

from inferx.clock import now
from inferx.entities.models import Tombstone
from inferx.storage import objects
from inferx.storage.models import tombstones
from inferx.storage.object_keys import model_prefix, samples_prefix, upload_prefix
from inferx.storage.transactions import Transaction, transact


def mark(transaction: Transaction, owner_id: str, model_id: str, *, until: datetime) -> None:
    """Mark a version's objects for removal.

    Args:
        transaction: the one that ends the version.
        owner_id: the version's owner.
        model_id: the version.
        until: until when a conversion may still write objects.
    """
    tombstones.add(transaction, Tombstone(model_id, owner_id, max(until, now())))


def remove(owner_id: str, model_id: str) -> bool:
    """Remove a version's objects, every version of them, and then its tombstone.

    Returns:
        Whether that was all; not while a conversion may still write, or without a tombstone.

    Raises:
        Unavailable: S3 or DynamoDB does not respond; call again.
    """
    objects.delete_all(upload_prefix(owner_id, model_id))
    objects.delete_all(samples_prefix(owner_id, model_id))
    objects.delete_all(model_prefix(owner_id, model_id))
    return tombstones.delete_due(model_id, now())


def discard(owner_id: str, model_id: str) -> None:
    """Remove the objects that a conversion has made for a version that is no longer there.

    Raises:
        Unavailable: as :func:`remove`; the objects are marked unless DynamoDB failed.
    """
    transact(lambda transaction: mark(transaction, owner_id, model_id, until=now()))
    remove(owner_id, model_id)
