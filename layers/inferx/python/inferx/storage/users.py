"""The repository of users: the Users table and each e-mail address's claim in it.

Every read is consistent; every failure of DynamoDB is :class:`~inferx.errors.Unavailable`.
"""

from datetime import datetime

from pynamodb.exceptions import UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.condition import size as size_of
from pynamodb.expressions.update import Action

from inferx.clock import iso
from inferx.entities.credentials import Ticket
from inferx.entities.users import User
from inferx.storage.item_keys import email_key, user_key
from inferx.storage.tables.users import REMOVAL, EmailItem, UserItem
from inferx.storage.transactions import Otherwise, Transaction


def find(user_id: str) -> User | None:
    """Return the user with this id, active or not; ``None`` when there is none."""
    try:
        return _user(UserItem.get(user_key(user_id), consistent_read=True))
    except UserItem.DoesNotExist:
        return None


def find_id_by_email(folded: str) -> str | None:
    """Return the id of the user to whom an address belongs; ``None`` when it is free.

    Args:
        folded: the e-mail address, case-folded.
    """
    try:
        return EmailItem.get(email_key(folded), consistent_read=True).user_id
    except EmailItem.DoesNotExist:
        return None


def add(transaction: Transaction, user: User, folded: str, *, otherwise: Otherwise) -> None:
    """Write a new user and claim the address.

    Args:
        transaction: the one to write in.
        user: the new user.
        folded: the address, case-folded.
        otherwise: what it means that the address has a user already.
    """
    claim = EmailItem(email_key(folded), user_id=user.id)
    transaction.put(claim, EmailItem.pk.does_not_exist(), otherwise=otherwise)
    item = UserItem(
        user_key(user.id),
        id=user.id,
        email=user.email,
        full_name=user.full_name,
        password_hash=user.password_hash,
        created_at=user.created_at,
    )
    transaction.put(item, UserItem.pk.does_not_exist())


def replace_password_hash(user: User, password_hash: str, *, ends_sessions: bool) -> bool:
    """Store another password hash.

    Args:
        user: as read before.
        password_hash: the new hash.
        ends_sessions: whether the refresh tokens given out so far stop working.

    Returns:
        Whether it was stored; not when the hash has changed since ``user`` was read.
    """
    actions: list[Action] = [UserItem.password_hash.set(password_hash)]
    if ends_sessions:
        actions.append(UserItem.session_epoch.add(1))
    try:
        UserItem(user_key(user.id)).update(
            actions, condition=UserItem.password_hash == user.password_hash
        )
    except UpdateError:  # the one failure that is not Unavailable: the condition
        return False
    return True


def add_api_key_id(
    transaction: Transaction, user_id: str, key_id: str, *, most: int, otherwise: Otherwise
) -> None:
    """Add an API key's id to an open account that holds fewer than ``most``."""
    has_room = UserItem.api_keys.does_not_exist() | (size_of(UserItem.api_keys) < most)
    transaction.update(
        UserItem,
        user_key(user_id),
        [UserItem.api_keys.add({key_id})],
        (UserItem.is_active == True) & has_room,  # noqa: E712 - a condition of DynamoDB
        otherwise=otherwise,
    )


def remove_api_key_id(transaction: Transaction, user_id: str, key_id: str) -> None:
    """Remove an API key's id from the user."""
    transaction.update(UserItem, user_key(user_id), [UserItem.api_keys.delete({key_id})])


def mark_verified(
    transaction: Transaction, ticket: Ticket, moment: datetime, *, otherwise: Otherwise
) -> None:
    """Record that a ticket's user reads the mail of their address.

    Args:
        transaction: the one that spends the ticket.
        ticket: the ticket.
        moment: the present time.
        otherwise: what it means that the account is closed, or the password changed, since it.
    """
    actions = [UserItem.verified_at.set(moment)]
    transaction.update(
        UserItem, user_key(ticket.user_id), actions, _is_of(ticket), otherwise=otherwise
    )


def reset_password(
    transaction: Transaction,
    ticket: Ticket,
    password_hash: str,
    moment: datetime,
    *,
    otherwise: Otherwise,
) -> None:
    """Store another password hash and end every session; the address counts as verified.

    Args:
        transaction: the one that spends the ticket.
        ticket: the ticket.
        password_hash: the new hash.
        moment: the present time.
        otherwise: what it means that the account is closed, or the password changed, since it.
    """
    actions = [
        UserItem.password_hash.set(password_hash),
        UserItem.verified_at.set(moment),
        UserItem.session_epoch.add(1),
    ]
    transaction.update(
        UserItem, user_key(ticket.user_id), actions, _is_of(ticket), otherwise=otherwise
    )


def _is_of(ticket: Ticket) -> Condition:
    is_active: Condition = UserItem.is_active == True  # noqa: E712 - a condition of DynamoDB
    condition: Condition = is_active & (UserItem.session_epoch == ticket.epoch)
    return condition


def set_active(
    transaction: Transaction, user: User, is_active: bool, *, removal_due_at: datetime | None = None
) -> None:
    """Open or close an account and end its sessions.

    Args:
        transaction: the one that the user's API keys change in.
        user: as read before; nothing is written when the keys or the password have changed since.
        is_active: whether the account is to be open.
        removal_due_at: from when on nothing may be left of it; ``None`` when it is to be kept.
    """
    same_keys = (
        UserItem.api_keys == set(user.api_key_ids)
        if user.api_key_ids
        else UserItem.api_keys.does_not_exist()
    )
    actions: list[Action] = [UserItem.is_active.set(is_active), UserItem.session_epoch.add(1)]
    if removal_due_at is not None:
        actions += [
            UserItem.removal.set(REMOVAL),
            UserItem.removal_due_at.set(iso(removal_due_at)),
        ]
    same_password = UserItem.password_hash == user.password_hash
    transaction.update(UserItem, user_key(user.id), actions, same_password & same_keys)


def charge(
    transaction: Transaction,
    user_id: str,
    *,
    size: int,
    models: int,
    most_bytes: int,
    most_models: int,
    otherwise: Otherwise,
) -> None:
    """Count bytes and models, on condition that the totals stay within the limits.

    New models are counted in an open account only.

    Args:
        transaction: the one that the models change in.
        user_id: whose they are.
        size: bytes to add.
        models: versions to add.
        most_bytes: what all bytes together may be.
        most_models: what all versions together may be.
        otherwise: what it means that they do not fit.
    """
    condition: Condition = UserItem.storage_bytes <= most_bytes - size
    if models:
        condition &= UserItem.model_count <= most_models - models
        condition &= UserItem.is_active == True  # noqa: E712 - a condition of DynamoDB
    _count(transaction, user_id, (size, models), condition, otherwise)


def refund(transaction: Transaction, user_id: str, *, size: int, models: int) -> None:
    """Give bytes and models back."""
    _count(transaction, user_id, (-size, -models), UserItem.pk.exists())


def correct_counters(
    transaction: Transaction, user: User, *, storage_bytes: int, model_count: int
) -> None:
    """Set both counters, on condition that they still are what ``user`` was read with."""
    transaction.update(
        UserItem,
        user_key(user.id),
        [UserItem.storage_bytes.set(storage_bytes), UserItem.model_count.set(model_count)],
        (UserItem.storage_bytes == user.storage_bytes) & (UserItem.model_count == user.model_count),
    )


def _count(
    transaction: Transaction,
    user_id: str,
    counts: tuple[int, int],
    condition: Condition,
    otherwise: Otherwise = None,
) -> None:
    size, models = counts
    actions = [UserItem.storage_bytes.add(size), UserItem.model_count.add(models)]
    transaction.update(UserItem, user_key(user_id), actions, condition, otherwise=otherwise)


def _user(item: UserItem) -> User:
    return User(
        id=item.id,
        email=item.email,
        full_name=item.full_name,
        password_hash=item.password_hash,
        is_active=item.is_active,
        created_at=item.created_at,
        plan=item.plan,
        storage_bytes=int(item.storage_bytes),
        model_count=int(item.model_count),
        session_epoch=int(item.session_epoch),
        removal_due_at=(
            None if item.removal_due_at is None else datetime.fromisoformat(item.removal_due_at)
        ),
        api_key_ids=frozenset(item.api_keys or ()),
        verified_at=item.verified_at,
    )
