"""API keys: long-lived credentials with chosen scopes, each shown once and stored as a hash."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from pynamodb.expressions.condition import size

from inferx import clock
from inferx.errors import Conflict, NotFound
from inferx.identity import opaque
from inferx.identity.authenticate import API_KEY_KIND
from inferx.identity.users import item_of_user
from inferx.ids import is_id, new_id
from inferx.storage.item_keys import api_key_key, user_key
from inferx.storage.tables.credentials import ApiKeyItem
from inferx.storage.tables.users import UserItem
from inferx.storage.transactions import Cancelled, Transaction, attempts

MOST_KEYS = 20
_PREFIX_LENGTH = 16
_REVOKED_KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class ApiKey:
    """One API key without its secret; ``prefix`` is how it begins, to know it again by."""

    id: str
    name: str
    prefix: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


def create_api_key(
    user_id: str, name: str, scopes: Iterable[str], expires_in_days: int | None = None
) -> tuple[ApiKey, str]:
    """A new key of a user, and its text, which nobody can ask for again.

    Raises:
        Conflict: the user has as many keys as an account can hold.
    """
    key_id, secret, moment = new_id(), opaque.new_secret(), clock.now()
    text = opaque.compose(API_KEY_KIND, UUID(key_id).hex, secret)
    expires = moment + timedelta(days=expires_in_days) if expires_in_days else None
    item = ApiKeyItem(
        api_key_key(key_id),
        id=key_id,
        user_id=user_id,
        name=name,
        prefix=text[:_PREFIX_LENGTH],
        scopes=set(scopes),
        secret_hash=opaque.digest(secret),
        created_at=int(moment.timestamp()),
        expires_at=int(expires.timestamp()) if expires else None,
    )
    _store(item)
    return _api_key(item), text


def list_api_keys(user_id: str) -> list[ApiKey]:
    """The user's keys that are not revoked, expired ones too, the newest first."""
    user = item_of_user(user_id)
    ids = (user.api_keys or set()) if user else set()
    items = ApiKeyItem.batch_get([api_key_key(key_id) for key_id in ids], consistent_read=True)
    keys = [_api_key(item) for item in items if item.revoked_at is None]
    return sorted(keys, key=lambda key: key.id, reverse=True)


def revoke_api_key(user_id: str, key_id: str) -> None:
    """Revoke a key of the user, for good.

    Raises:
        NotFound: the user has no such key.
    """
    if not is_id(key_id):
        raise NotFound("API key not found")
    for _ in attempts():
        transaction = _revocation(user_id, key_id, clock.now())
        try:
            return transaction.commit()
        except Cancelled as cancelled:
            if cancelled.failed:
                raise NotFound("API key not found") from cancelled
    return None


def _store(item: ApiKeyItem) -> None:
    has_room = UserItem.api_keys.does_not_exist() | (size(UserItem.api_keys) < MOST_KEYS)
    for _ in attempts():
        transaction = Transaction()
        transaction.put(item, ApiKeyItem.pk.does_not_exist())
        transaction.update(
            UserItem,
            user_key(item.user_id),
            [UserItem.api_keys.add({item.id})],
            UserItem.pk.exists() & has_room,
        )
        try:
            return transaction.commit()
        except Cancelled as cancelled:
            if cancelled.failed:
                raise Conflict(
                    f"An account holds at most {MOST_KEYS} API keys; revoke one first."
                ) from cancelled
    return None


def _revocation(user_id: str, key_id: str, moment: datetime) -> Transaction:
    transaction = Transaction()
    transaction.update(
        ApiKeyItem,
        api_key_key(key_id),
        [
            ApiKeyItem.revoked_at.set(int(moment.timestamp())),
            ApiKeyItem.ttl.set(int((moment + _REVOKED_KEPT).timestamp())),
        ],
        (ApiKeyItem.user_id == user_id) & ApiKeyItem.revoked_at.does_not_exist(),
    )
    transaction.update(UserItem, user_key(user_id), [UserItem.api_keys.delete({key_id})])
    return transaction


def _api_key(item: ApiKeyItem) -> ApiKey:
    return ApiKey(
        id=item.id,
        name=item.name,
        prefix=item.prefix,
        scopes=tuple(sorted(item.scopes)),
        created_at=_time(item.created_at),
        expires_at=_time(item.expires_at) if item.expires_at else None,
        last_used_at=_time(item.last_used_at) if item.last_used_at else None,
    )


def _time(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
