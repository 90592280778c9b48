"""Closing an account and opening it again, with all of its credentials at once.

The authorizer reads an API key's item and not its owner's, so the keys carry a mark of their own.
An account holds few keys (``api_keys.MOST_KEYS``), so one transaction, of which DynamoDB takes 100
writes, changes the account and every mark: nothing can come in between, and nothing is left half
done. Access tokens and refresh tokens are judged by the account itself.

An account that its owner closes is closed for good, and the same transaction releases its address
and marks it for removal (:mod:`inferx.accounts.removal`).
"""

from datetime import datetime, timedelta

from inferx import clock
from inferx.entities.users import User
from inferx.errors import NotFound, Unauthenticated
from inferx.identity.emails import fold_email
from inferx.identity.users import find_user
from inferx.storage import credentials, removals, users
from inferx.storage.transactions import Transaction, transact

REQUESTS_LAST = timedelta(seconds=95)
"""The gateway keeps what the authorizer returned for 60 s, and a request may then take 30 s."""


def close_account(user_id: str) -> None:
    """Close an account: its credentials open nothing within a minute, and its sessions end.

    Raises:
        NotFound: there is no such user.
        Unavailable: the store does not respond, or is too busy.
    """
    _change(user_id, is_active=False, suspended_at=clock.now())


def open_account(user_id: str) -> None:
    """Open a closed account again, with the API keys that it had; users log in again.

    Raises:
        NotFound: there is no such user, or the account is being removed.
        Unavailable: the store does not respond, or is too busy.
    """
    _change(user_id, is_active=True, suspended_at=None)


def close_for_removal(user_id: str, password_hash: str) -> None:
    """Close an account for good, release its address and mark it for removal.

    Args:
        user_id: the user's id.
        password_hash: of the password that has been verified.

    Raises:
        Unauthenticated: the account has been closed, or its password changed, since then.
        Unavailable: the store does not respond, or is too busy.
    """

    def change(transaction: Transaction) -> None:
        user = find_user(user_id)
        if user.password_hash != password_hash:
            raise Unauthenticated("The current password is incorrect", reason="password")
        moment = clock.now()
        users.set_active(transaction, user, False, removal_due_at=moment + REQUESTS_LAST)
        removals.release_email(transaction, user, fold_email(user.email))
        _suspend_keys(transaction, user, moment)

    transact(change)


def _change(user_id: str, *, is_active: bool, suspended_at: datetime | None) -> None:
    def change(transaction: Transaction) -> None:
        user = users.find(user_id)
        if user is None or user.removal_due_at is not None:
            raise NotFound("There is no such account.")
        users.set_active(transaction, user, is_active)
        _suspend_keys(transaction, user, suspended_at)

    transact(change)


def _suspend_keys(transaction: Transaction, user: User, moment: datetime | None) -> None:
    for key in credentials.find_api_keys(user.api_key_ids):
        credentials.suspend_api_key(transaction, key.id, moment)
