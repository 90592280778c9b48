"""Claiming an uploaded object, so that one invocation converts it and no other does.

A version whose file is there and whose turn it is not (:mod:`inferx.registry.turns`) is converting
and claimed by no one.

Each claim is one transaction on the condition that the version still is where it was, so that
events that come twice, late or in the wrong order change nothing.
"""

from dataclasses import replace
from datetime import datetime
from enum import Enum

from inferx.clock import now
from inferx.entities.models import ModelVersion, Status
from inferx.registry import leftovers, lifecycle, quotas, turns
from inferx.registry.lifetimes import CONVERSION_LIFETIME, WAITING_LIFETIME, claim_end
from inferx.registry.records import find
from inferx.storage import users
from inferx.storage.models import conversions
from inferx.storage.transactions import Transaction, transact


class Claim(Enum):
    """What came of claiming an uploaded object."""

    GRANTED = "the caller converts it"
    WAITING = "its owner's other conversions come first; claim it again later"
    HELD = "another invocation is converting it"
    UNWANTED = "no version waits for it"
    EXCESSIVE = "the owner's plan does not hold it; its version is recorded as failed"


def claim(model: ModelVersion, object_version: str, size: int) -> Claim:
    """Claim an uploaded object for conversion, pinning the version to it.

    Args:
        model: the version that it was uploaded for.
        object_version: S3's id of the object's version.
        size: in bytes; counted from now on.

    Raises:
        Unavailable: the store does not respond; what was recorded stays, so call again.
    """

    def build(transaction: Transaction) -> Claim:
        found = find(model.id)
        if found is not None and found.status is Status.PENDING_UPLOAD:
            return _first_claim(transaction, found, object_version, size)
        if found is None or found.object_version != object_version or found.status.is_settled:
            return Claim.UNWANTED
        if claim_end(found) > now():
            return Claim.HELD
        if turns.take(transaction, found.owner_id, found.id):
            conversions.take_over_claim(transaction, found, now())
            return Claim.GRANTED
        conversions.wait(transaction, found, _waits_until(found))
        return Claim.WAITING

    outcome = transact(build)
    if outcome is Claim.EXCESSIVE:
        leftovers.remove(model.owner_id, model.id)
    return outcome


def _first_claim(
    transaction: Transaction, model: ModelVersion, object_version: str, size: int
) -> Claim:
    moment, growth = now(), size - model.counted_bytes
    if growth > 0:
        user = quotas.find_user(model.owner_id)
        excess = quotas.excess(user, size=growth, models=0)
        if excess is not None:
            lifecycle.record_failure(transaction, model, excess.detail)
            return Claim.EXCESSIVE
        quotas.charge(transaction, user, size=growth, models=0, otherwise=None)
    elif growth < 0:
        users.refund(transaction, model.owner_id, size=-growth, models=0)
    is_its_turn = turns.take(transaction, model.owner_id, model.id)
    claimed = replace(
        model,
        status=Status.CONVERTING,
        object_version=object_version,
        file_size=size,
        counted_bytes=size,
        converting_since=moment if is_its_turn else None,
        due_at=moment + CONVERSION_LIFETIME,
        updated_at=moment,
    )
    conversions.claim(transaction, model, claimed)
    return Claim.GRANTED if is_its_turn else Claim.WAITING


def _waits_until(model: ModelVersion) -> datetime:
    # Past the last of it, the version is lost, as any whose conversion does not come back.
    return min(now() + CONVERSION_LIFETIME, model.created_at + WAITING_LIFETIME)
