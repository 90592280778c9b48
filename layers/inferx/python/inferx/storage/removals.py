"""The state of an account's removal, on the user's item, which is the last of it to go.

Every read but the index's is consistent; every failure of DynamoDB is
:class:`~inferx.errors.Unavailable`.
"""

from collections.abc import Iterator
from datetime import datetime

from pynamodb.exceptions import DeleteError, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from inferx.clock import iso
from inferx.entities.users import User
from inferx.storage.item_keys import email_key, id_in, user_key
from inferx.storage.tables.users import REMOVAL, EmailItem, UserItem
from inferx.storage.transactions import Transaction


def release_email(transaction: Transaction, user: User, folded: str) -> None:
    """Give up a user's claim on an address, so that it can be registered again.

    Args:
        transaction: the one that closes the account.
        user: the user.
        folded: the user's address, case-folded.
    """
    transaction.delete(EmailItem(email_key(folded)), EmailItem.user_id == user.id)


def waiting() -> Iterator[str]:
    """Yield the ids of users of whose accounts something may be left, the longest due first."""
    return (id_in(entry.pk) for entry in UserItem.by_removal.query(REMOVAL))


def postpone(user_id: str, due_at: datetime) -> None:
    """Keep the user's item at least until then; one that is gone, or stays longer, is no error."""
    condition: Condition = UserItem.removal_due_at < iso(due_at)
    try:
        UserItem(user_key(user_id)).update(
            [UserItem.removal_due_at.set(iso(due_at))], condition=condition
        )
    except UpdateError:  # the one failure that is not Unavailable: the condition
        return


def forget_person(user_id: str) -> None:
    """Clear a removed account's item of what it holds of a person; one that is gone is no error."""
    actions: list[Action] = [
        UserItem.email.set(""),
        UserItem.password_hash.set(""),
        UserItem.full_name.remove(),
        UserItem.verified_at.remove(),
        UserItem.api_keys.remove(),
    ]
    try:
        UserItem(user_key(user_id)).update(actions, condition=UserItem.removal.exists())
    except UpdateError:  # the one failure that is not Unavailable: the condition
        return


def finish(user_id: str, moment: datetime) -> bool:
    """Delete the user's item if it is due.

    Args:
        user_id: the user's id.
        moment: when the last look for what is left began.

    Returns:
        Whether it was due, or is gone.
    """
    is_due: Condition = UserItem.removal_due_at <= iso(moment)
    gone: Condition = UserItem.pk.does_not_exist()
    try:
        UserItem(user_key(user_id)).delete(is_due | gone)
    except DeleteError:  # the one failure that is not Unavailable: the condition
        return False
    return True
