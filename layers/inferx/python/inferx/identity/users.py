"""Users as the domain sees them."""

from dataclasses import dataclass
from datetime import datetime

from inferx.errors import Unauthenticated
from inferx.storage.item_keys import email_key, user_key
from inferx.storage.tables.users import EmailItem, UserItem

NOBODY = "00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True, slots=True)
class User:
    """One user's public facts and use of storage, in bytes."""

    id: str
    email: str
    full_name: str | None
    is_active: bool
    created_at: datetime
    plan: str
    storage_bytes: int
    model_count: int


def user_from(item: UserItem) -> User:
    """The user that an item of the table holds."""
    return User(
        id=item.id,
        email=item.email,
        full_name=item.full_name,
        is_active=item.is_active,
        created_at=item.created_at,
        plan=item.plan,
        storage_bytes=int(item.storage_bytes),
        model_count=int(item.model_count),
    )


def item_of_user(user_id: str) -> UserItem | None:
    """The item of an active user; ``None`` when there is none."""
    try:
        item = UserItem.get(user_key(user_id), consistent_read=True)
    except UserItem.DoesNotExist:
        return None
    return item if item.is_active else None


def item_of_email(folded: str) -> UserItem | None:
    """The item of the active user with this address.

    An unknown address takes as many reads as a known one, so that time does not tell them apart.
    """
    try:
        user_id = EmailItem.get(email_key(folded), consistent_read=True).user_id
    except EmailItem.DoesNotExist:
        user_id = NOBODY
    return item_of_user(user_id)


def find_user(user_id: str) -> User:
    """The user of a principal.

    Raises:
        Unauthenticated: the account is gone or closed since the credential was issued.
    """
    item = item_of_user(user_id)
    if item is None:
        raise Unauthenticated(reason="revoked")
    return user_from(item)
