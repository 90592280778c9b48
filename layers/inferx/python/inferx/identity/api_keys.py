"""API keys: long-lived credentials with chosen scopes, each shown once and stored as a hash."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from inferx import clock
from inferx.entities.credentials import ApiKey
from inferx.errors import Conflict, NotFound
from inferx.identity import opaque
from inferx.identity.authenticate import API_KEY_KIND
from inferx.identity.users import find_active, find_user
from inferx.ids import is_id, new_id
from inferx.storage import credentials, users
from inferx.storage.transactions import Transaction, transact

MOST_KEYS = 20
_PREFIX_LENGTH = 16
_REVOKED_KEPT = timedelta(days=30)


def create_api_key(
    user_id: str, name: str, scopes: Iterable[str], expires_in_days: int | None = None
) -> tuple[ApiKey, str]:
    """Create an API key and return it with its text, which is not kept.

    Raises:
        Conflict: the account holds as many keys as it may.
        Unauthenticated: the account has been closed since the credential was checked.
    """
    key_id, secret, moment = new_id(), opaque.new_secret(), clock.now()
    text = opaque.compose(API_KEY_KIND, UUID(key_id).hex, secret)
    key = ApiKey(
        id=key_id,
        user_id=user_id,
        name=name,
        prefix=text[:_PREFIX_LENGTH],
        scopes=frozenset(scopes),
        secret_hash=opaque.digest(secret),
        created_at=moment,
        expires_at=moment + timedelta(days=expires_in_days) if expires_in_days else None,
    )

    def refusal() -> Conflict:
        find_user(user_id)
        return Conflict(f"An account holds at most {MOST_KEYS} API keys; revoke one first.")

    def create(transaction: Transaction) -> None:
        credentials.add_api_key(transaction, key)
        users.add_api_key_id(transaction, user_id, key_id, most=MOST_KEYS, otherwise=refusal)

    transact(create)
    return key, text


def list_api_keys(user_id: str) -> list[ApiKey]:
    """Return the user's keys that are not revoked, expired ones included, newest first."""
    user = find_active(user_id)
    if user is None:
        return []
    keys = credentials.find_api_keys(user.api_key_ids)
    unrevoked = [key for key in keys if key.revoked_at is None]
    return sorted(unrevoked, key=lambda key: key.id, reverse=True)


def revoke_api_key(user_id: str, key_id: str) -> None:
    """Revoke a key of the user, for good.

    Raises:
        NotFound: the user has no such key.
    """
    unknown = NotFound("API key not found")
    if not is_id(key_id):
        raise unknown
    moment = clock.now()

    def revoke(transaction: Transaction) -> None:
        credentials.revoke_api_key(
            transaction,
            key_id,
            owner_id=user_id,
            revoked_at=moment,
            kept_until=moment + _REVOKED_KEPT,
            otherwise=unknown,
        )
        users.remove_api_key_id(transaction, user_id, key_id)

    transact(revoke)
