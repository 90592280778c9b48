"""The limits of each plan, in one table."""

from dataclasses import dataclass

_MIB = 1024**2
_GIB = 1024**3


@dataclass(frozen=True, slots=True)
class Plan:
    """What a user of this plan may keep.

    Attributes:
        storage_bytes: the sizes of all uploaded files together.
        models: the number of model versions, whatever their status.
        file_bytes: the size of one uploaded file.
    """

    name: str
    storage_bytes: int
    models: int
    file_bytes: int


PLANS = {
    plan.name: plan
    for plan in (
        Plan("free", storage_bytes=1 * _GIB, models=1_000, file_bytes=100 * _MIB),
        Plan("pro", storage_bytes=100 * _GIB, models=10_000, file_bytes=512 * _MIB),
    )
}


def plan_named(name: str) -> Plan:
    """Return the plan of this name; the smallest where that name no longer exists."""
    return PLANS.get(name, PLANS["free"])
