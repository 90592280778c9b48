"""Closing an account and opening it again, with all of its credentials at once.

The authorizer reads an API key's item and not its owner's, so the keys carry a mark of their own.
An account holds few keys (``api_keys.MOST_KEYS``), so one transaction, of which DynamoDB takes 100
writes, changes the account and every mark: nothing can come in between, and nothing is left half
done. Access tokens and refresh tokens are judged by the account itself.
"""

from datetime import datetime

from inferx import clock
from inferx.errors import NotFound
from inferx.storage import credentials, users
from inferx.storage.transactions import Transaction, transact


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
        NotFound: there is no such user.
        Unavailable: the store does not respond, or is too busy.
    """
    _change(user_id, is_active=True, suspended_at=None)


def _change(user_id: str, *, is_active: bool, suspended_at: datetime | None) -> None:
    def change(transaction: Transaction) -> None:
        user = users.find(user_id)
        if user is None:
            raise NotFound("There is no such account.")
        users.set_active(transaction, user, is_active)
        for key in credentials.find_api_keys(user.api_key_ids):
            credentials.suspend_api_key(transaction, key.id, suspended_at)

    transact(change)
