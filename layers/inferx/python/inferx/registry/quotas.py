"""How much a user may keep: counters that move in the same transactions as the models.

``storage_bytes`` and ``model_count`` on the user's item are what every request reads. Each
version's ``counted_bytes`` says how much of the former is its own: the declared size from the
reservation on, the uploaded size from its arrival on, nothing once it has failed.
"""

from collections.abc import Iterable

from inferx.entities.models import ModelVersion
from inferx.entities.users import User
from inferx.errors import Conflict, InferXError, TooLarge, Unauthenticated
from inferx.plans import Plan, plan_named
from inferx.storage import users
from inferx.storage.transactions import Otherwise, Transaction


def find_user(user_id: str) -> User:
    """Return the user with the counters as they are now.

    Raises:
        Unauthenticated: the account is gone, though its credential is not yet.
    """
    user = users.find(user_id)
    if user is None:
        raise Unauthenticated(reason="revoked")
    return user


def calculate_storage_size(models: Iterable[ModelVersion]) -> int:
    """Return the bytes that these versions count, added up.

    The reconciliation compares the owner's counter with it; requests read the counter.
    """
    return sum(model.counted_bytes for model in models)


def charge(
    transaction: Transaction, user: User, *, size: int, models: int, otherwise: Otherwise
) -> None:
    """Count bytes and versions, on condition that the user's plan allows them.

    Args:
        transaction: the one that the versions change in.
        user: their owner.
        size: bytes to add.
        models: versions to add.
        otherwise: what it means that the plan does not allow them.
    """
    plan = plan_named(user.plan)
    users.charge(
        transaction,
        user.id,
        size=size,
        models=models,
        most_bytes=plan.storage_bytes,
        most_models=plan.models,
        otherwise=otherwise,
    )


def excess(user: User, *, size: int, models: int) -> InferXError | None:
    """Return the error, with the numbers, for what does not fit; ``None`` when it fits.

    Args:
        user: the owner, with the counters as they are now.
        size: bytes to add.
        models: versions to add.
    """
    plan = plan_named(user.plan)
    if user.model_count + models > plan.models:
        return Conflict(
            f"Your plan ({plan.name}) holds {plan.models:,} model versions and you have "
            f"{user.model_count:,}; delete some first."
        )
    free = max(0, plan.storage_bytes - user.storage_bytes)
    if size <= free:
        return None
    return TooLarge(
        f"This file of {size:,} bytes does not fit: your plan ({plan.name}) holds "
        f"{plan.storage_bytes:,} bytes, of which {free:,} are free."
    )


def check_file_size(plan: Plan, size: int) -> None:
    """Raise unless the plan allows a file of this size.

    Raises:
        TooLarge: it is larger; the sentence has the numbers.
    """
    if size > plan.file_bytes:
        raise TooLarge(
            f"This file has {size:,} bytes; your plan ({plan.name}) allows files of up to "
            f"{plan.file_bytes:,} bytes."
        )
