"""The repository of credentials: API keys, refresh-token families, counts of failed logins.

Every read is consistent; every failure of DynamoDB is :class:`~inferx.errors.Unavailable`.
"""

from collections.abc import Iterable
from datetime import UTC, datetime

from pynamodb.exceptions import PutError
from pynamodb.expressions.update import Action

from inferx.entities.credentials import ApiKey, Counter, TokenFamily
from inferx.storage.item_keys import account_in, api_key_key, family_key, id_in
from inferx.storage.tables.credentials import ApiKeyItem, CounterItem, FamilyItem
from inferx.storage.transactions import Otherwise, Transaction


def add_api_key(transaction: Transaction, key: ApiKey) -> None:
    """Write a new API key."""
    item = ApiKeyItem(
        api_key_key(key.id),
        id=key.id,
        user_id=key.user_id,
        name=key.name,
        prefix=key.prefix,
        scopes=set(key.scopes),
        secret_hash=key.secret_hash,
        created_at=int(key.created_at.timestamp()),
        expires_at=int(key.expires_at.timestamp()) if key.expires_at else None,
    )
    transaction.put(item, ApiKeyItem.pk.does_not_exist())


def find_api_keys(key_ids: Iterable[str]) -> list[ApiKey]:
    """Return those of the keys that exist, revoked ones too, in no order."""
    pks = [api_key_key(key_id) for key_id in key_ids]
    return [_api_key(item) for item in ApiKeyItem.batch_get(pks, consistent_read=True)]


def revoke_api_key(
    transaction: Transaction,
    key_id: str,
    *,
    owner_id: str,
    revoked_at: datetime,
    kept_until: datetime,
    otherwise: Otherwise,
) -> None:
    """Mark an API key as revoked.

    Args:
        transaction: the one to write in.
        key_id: the key's id.
        owner_id: the user who must own it.
        revoked_at: the present time.
        kept_until: when the record may be removed.
        otherwise: what it means that the owner has no such key, or has revoked it before.
    """
    transaction.update(
        ApiKeyItem,
        api_key_key(key_id),
        [
            ApiKeyItem.revoked_at.set(int(revoked_at.timestamp())),
            ApiKeyItem.ttl.set(int(kept_until.timestamp())),
        ],
        (ApiKeyItem.user_id == owner_id) & ApiKeyItem.revoked_at.does_not_exist(),
        otherwise=otherwise,
    )


def suspend_api_key(transaction: Transaction, key_id: str, moment: datetime | None) -> None:
    """Keep an API key from opening anything, or with ``None`` allow it again."""
    changed = (
        ApiKeyItem.suspended_at.remove()
        if moment is None
        else ApiKeyItem.suspended_at.set(int(moment.timestamp()))
    )
    transaction.update(ApiKeyItem, api_key_key(key_id), [changed], ApiKeyItem.pk.exists())


def add_family(family: TokenFamily) -> None:
    """Write a new family of refresh tokens."""
    _family_item(family).save()


def find_family(family_id: str) -> TokenFamily | None:
    """Return the family with this id; ``None`` when there is none."""
    try:
        return _family(FamilyItem.get(family_key(family_id), consistent_read=True))
    except FamilyItem.DoesNotExist:
        return None


def find_families(family_ids: Iterable[str]) -> list[TokenFamily]:
    """Return those of the families that exist, in no order."""
    pks = [family_key(family_id) for family_id in family_ids]
    return [_family(item) for item in FamilyItem.batch_get(pks, consistent_read=True)]


def replace_family(family: TokenFamily, rotated: TokenFamily) -> bool:
    """Store a family after a rotation.

    Args:
        family: as read before.
        rotated: as it is now to be.

    Returns:
        Whether it was stored; not when the family has been rotated or removed since it was read.
    """
    try:
        _family_item(rotated).save(FamilyItem.current_hash == family.current_hash)
    except PutError:  # the one failure that is not Unavailable: the condition
        return False
    return True


def remove_family(family_id: str) -> None:
    """Remove a family; one that does not exist is no error."""
    FamilyItem(family_key(family_id)).delete()


def find_counters(keys: Iterable[str]) -> dict[str, Counter]:
    """Return those of the counters that exist, by their keys."""
    return {
        item.pk: Counter(int(item.tally), int(item.last_at))
        for item in CounterItem.batch_get(list(keys), consistent_read=True)
    }


def count(key: str, moment: int, *, kept_until: int) -> int:
    """Add one to a counter, from zero when there is none, and return its tally.

    Args:
        key: the counter's.
        moment: the present time, in seconds since 1970.
        kept_until: when the record may be removed.
    """
    item = CounterItem(key)
    actions: list[Action] = [
        CounterItem.tally.add(1),
        CounterItem.last_at.set(moment),
        CounterItem.ttl.set(kept_until),
    ]
    account = account_in(key)
    if account is not None:
        actions.append(CounterItem.user_id.set(account))
    item.update(actions)
    return int(item.tally)


def put_counter(key: str, counter: Counter, *, kept_until: int) -> None:
    """Store a counter, whatever was there."""
    _counter_item(key, counter, kept_until).save()


def replace_counter(key: str, seen: Counter, counter: Counter, *, kept_until: int) -> bool:
    """Store a counter unless it has changed since it was read as ``seen``.

    Returns:
        Whether it was stored.
    """
    unchanged = (CounterItem.tally == seen.tally) & (CounterItem.last_at == seen.last_at)
    try:
        _counter_item(key, counter, kept_until).save(unchanged)
    except PutError:  # the one failure that is not Unavailable: the condition
        return False
    return True


def remove_counter(key: str) -> None:
    """Remove a counter; one that does not exist is no error."""
    CounterItem(key).delete()


def _api_key(item: ApiKeyItem) -> ApiKey:
    return ApiKey(
        id=item.id,
        user_id=item.user_id,
        name=item.name,
        prefix=item.prefix,
        scopes=frozenset(item.scopes),
        secret_hash=item.secret_hash,
        created_at=datetime.fromtimestamp(item.created_at, UTC),
        expires_at=_time(item.expires_at),
        last_used_at=_time(item.last_used_at),
        revoked_at=_time(item.revoked_at),
    )


def _family(item: FamilyItem) -> TokenFamily:
    return TokenFamily(
        id=id_in(item.pk),
        user_id=item.user_id,
        epoch=int(item.epoch),
        current_hash=item.current_hash,
        rotated_at=int(item.rotated_at),
        created_at=int(item.created_at),
        expires_at=int(item.expires_at),
        previous_hash=item.previous_hash,
        salt=item.salt,
    )


def _family_item(family: TokenFamily) -> FamilyItem:
    return FamilyItem(
        family_key(family.id),
        user_id=family.user_id,
        epoch=family.epoch,
        current_hash=family.current_hash,
        previous_hash=family.previous_hash,
        salt=family.salt,
        rotated_at=family.rotated_at,
        created_at=family.created_at,
        expires_at=family.expires_at,
        ttl=family.expires_at,
    )


def _counter_item(key: str, counter: Counter, kept_until: int) -> CounterItem:
    return CounterItem(
        key,
        tally=counter.tally,
        last_at=counter.last_at,
        user_id=account_in(key),
        ttl=kept_until,
    )


def _time(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
