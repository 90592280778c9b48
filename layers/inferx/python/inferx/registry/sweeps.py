"""Ending all that is overdue of an owner's: unused reservations, lost conversions, leftovers."""

from inferx import deadline
from inferx.clock import now
from inferx.entities.models import Overdue, Status
from inferx.registry import announcing, expiry, leftovers, lifecycle
from inferx.registry.records import find
from inferx.storage.models import queries, tombstones

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


def _end(owner_id: str, overdue: Overdue) -> bool:
    if overdue.kind == "tombstone":
        # The index may still show one that is gone.
        return tombstones.find(overdue.model_id) is not None and _finish(owner_id, overdue.model_id)
    model = find(overdue.model_id)
    if model is None:
        return False
    if model.status is Status.CONVERTING:
        return lifecycle.end_lost(model) and _finish(owner_id, model.id)
    return expiry.release(model)


def _finish(owner_id: str, model_id: str) -> bool:
    # In this order: where the events' queue fails, the tombstone stays and brings both back.
    announcing.announce(model_id)
    return leftovers.remove(owner_id, model_id)
