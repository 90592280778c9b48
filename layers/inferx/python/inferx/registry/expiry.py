"""Reservations that end by themselves because they were never used.

DynamoDB's own expiry deletes late and gives no quota back, so InferX does it: when the owner
lists or is about to be refused for lack of room, and in the nightly job.
"""

from inferx.clock import now
from inferx.entities.models import ModelVersion
from inferx.registry import leftovers
from inferx.registry.lifetimes import is_lapsed
from inferx.registry.records import find
from inferx.storage import users
from inferx.storage.models import model_names, queries, versions
from inferx.storage.transactions import Transaction, transact

_AT_ONCE = 25


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
