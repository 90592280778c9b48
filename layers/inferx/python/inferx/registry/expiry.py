"""What ends by itself: reservations that were never used, conversions that never came back.

DynamoDB's own expiry deletes late and gives no quota back, so InferX does it: when the owner
lists or is about to be refused for lack of room, and in the nightly job.
"""

from inferx import deadline
from inferx.clock import now
from inferx.entities.models import ModelVersion, Overdue, Status
from inferx.registry import leftovers, lifecycle
from inferx.registry.lifetimes import is_lapsed
from inferx.registry.records import find
from inferx.storage import users
from inferx.storage.models import model_names, queries, tombstones, versions
from inferx.storage.transactions import Transaction, transact

_AT_ONCE = 25
_KEPT_BACK_S = 10.0  # for what the invocation was made for


def sweep(owner_id: str) -> int:
    """End what of an owner's is overdue: unused reservations, lost conversions, leftover objects.

    Returns:
        How many things were ended; at most a few dozen, the rest at the next call.

    Raises:
        Unavailable: the store does not respond; call again.
    """
    ended = 0
    for overdue in queries.overdue(owner_id, now(), at_most=_AT_ONCE):
        if deadline.remaining(_KEPT_BACK_S) < _KEPT_BACK_S:
            break
        ended += _end(owner_id, overdue)
    return ended


def release_unused(owner_id: str) -> int:
    """Give back the quota of an owner's reservations whose time is over.

    Returns:
        How many there were; at most a few dozen, the rest at the next call.
    """
    overdue = queries.overdue(owner_id, now(), at_most=_AT_ONCE)
    models = (find(each.model_id) for each in overdue if each.kind == "version")
    return sum(release(model) for model in models if model is not None)


def release(model: ModelVersion) -> bool:
    """Remove a reservation whose time is over.

    Returns:
        Whether it did; not when the file arrived, or the model was deleted, in the meantime.
    """
    if not is_lapsed(model):
        return False

    def build(transaction: Transaction) -> bool:
        found = find(model.id)
        if found is None or not is_lapsed(found):
            return False
        versions.delete(transaction, found)
        if found.samples_size is not None:
            leftovers.mark(transaction, found.owner_id, found.id, until=now())
        users.refund(transaction, found.owner_id, size=found.counted_bytes, models=1)
        model_names.leave_unused(transaction, found.owner_id, found.name)
        return True

    return transact(build)


def _end(owner_id: str, overdue: Overdue) -> bool:
    if overdue.kind == "tombstone":
        # The index may still show one that is gone.
        found = tombstones.find(overdue.model_id)
        return found is not None and leftovers.remove(owner_id, overdue.model_id)
    model = find(overdue.model_id)
    if model is None:
        return False
    if model.status is Status.CONVERTING:
        return lifecycle.end_lost(model)
    return release(model)
