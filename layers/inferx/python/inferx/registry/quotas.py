"""How much a user may keep: counters that move in the same transactions as the models.

``storage_bytes`` and ``model_count`` on the user's item are what every request reads. Each
model's ``counted_bytes`` says how much of the former is its own: the declared size from the
reservation on, the uploaded size from its arrival on, nothing once it has failed.
"""

from collections.abc import Iterable

from inferx.errors import Conflict, InferXError, TooLarge, Unauthenticated
from inferx.plans import Plan, plan_named
from inferx.storage.item_keys import user_key
from inferx.storage.tables.models import ModelItem
from inferx.storage.tables.users import UserItem
from inferx.storage.transactions import Transaction


def find_user(user_id: str) -> UserItem:
    """The user with the counters as they are now.

    Raises:
        Unauthenticated: the account is gone, though its credential is not yet.
    """
    try:
        return UserItem.get(user_key(user_id), consistent_read=True)
    except UserItem.DoesNotExist:
        raise Unauthenticated(reason="revoked") from None


def calculate_storage_size(models: Iterable[ModelItem]) -> int:
    """The bytes that these models take, added up from what each counts.

    The reconciliation holds the owner's counter against it; requests read the counter.
    """
    return sum(item.counted_bytes for item in models)


def charge(transaction: Transaction, owner_id: str, plan: Plan, *, size: int, models: int) -> None:
    """Count bytes and models, on condition that the plan allows them.

    Args:
        transaction: the one that the models change in.
        owner_id: whose they are.
        plan: the owner's.
        size: bytes to add.
        models: versions to add.
    """
    condition = UserItem.storage_bytes <= plan.storage_bytes - size
    if models:
        condition &= UserItem.model_count <= plan.models - models
    _count(transaction, owner_id, size, models, condition)


def refund(transaction: Transaction, owner_id: str, *, size: int, models: int) -> None:
    """Give bytes and models back; always allowed."""
    _count(transaction, owner_id, -size, -models, UserItem.pk.exists())


def excess(user: UserItem, *, size: int) -> InferXError:
    """Why these bytes, or one more model, do not fit, with the numbers."""
    plan = plan_named(user.plan)
    if user.model_count >= plan.models:
        return Conflict(
            f"Your plan ({plan.name}) holds {plan.models:,} model versions and you have "
            f"{user.model_count:,}; delete some first."
        )
    free = max(0, plan.storage_bytes - user.storage_bytes)
    return TooLarge(
        f"This file of {size:,} bytes does not fit: your plan ({plan.name}) holds "
        f"{plan.storage_bytes:,} bytes, of which {free:,} are free."
    )


def check_file_size(plan: Plan, size: int) -> None:
    """Go on only with a file of a size that the plan takes.

    Raises:
        TooLarge: it is larger; the sentence has the numbers.
    """
    if size > plan.file_bytes:
        raise TooLarge(
            f"This file has {size:,} bytes; your plan ({plan.name}) takes files of up to "
            f"{plan.file_bytes:,} bytes."
        )


def _count(
    transaction: Transaction, owner_id: str, size: int, models: int, condition: object
) -> None:
    actions = [UserItem.storage_bytes.add(size), UserItem.model_count.add(models)]
    transaction.update(UserItem, user_key(owner_id), actions, condition)  # type: ignore[arg-type]
