"""What belongs to an account, listed by the tables' indexes, and deleted in batches.

The indexes may lag behind their tables by moments.
"""

from collections.abc import Iterable, Iterator
from itertools import batched, takewhile
from typing import Any

from pynamodb.exceptions import PutError

from inferx.entities.jobs import UNFINISHED
from inferx.errors import Unavailable
from inferx.storage import jobs
from inferx.storage.item_keys import (
    api_key_key,
    delivery_pk,
    family_key,
    id_in,
    idempotency_keys_key,
    name_in,
    names_key,
    part_pk,
    ticket_key,
    turns_pk,
    webhook_owner_pk,
)
from inferx.storage.tables.connection import TableModel
from inferx.storage.tables.credentials import ApiKeyItem, CounterItem, TicketItem
from inferx.storage.tables.jobs import IdempotencyItem, JobItem
from inferx.storage.tables.models import ModelItem, TurnsItem
from inferx.storage.tables.webhooks import DeliveryItem, OwnerItem

_AT_ONCE = 100  # DynamoDB reads so many items at once


def version_ids(owner_id: str, *, after: str = "") -> Iterator[str]:
    """Yield the ids of an owner's versions that sort after one, in order."""
    return (id_in(entry.pk) for entry in _query(ModelItem.by_owner, owner_id, ModelItem.id, after))


def names(owner_id: str, *, after: str = "") -> Iterator[str]:
    """Yield an owner's names that sort after one, in order, those without versions too."""
    found = _query(ModelItem.by_owner, names_key(owner_id), ModelItem.id, after)
    return (name_in(entry.pk)[1] for entry in found)


def job_ids(owner_id: str, *, after: str = "") -> Iterator[str]:
    """Yield the ids of an owner's jobs that sort after one, in order."""
    return (id_in(entry.pk) for entry in _query(JobItem.by_owner, owner_id, JobItem.id, after))


def delivery_ids(owner_id: str, *, after: str = "") -> Iterator[str]:
    """Yield the ids of an owner's deliveries that sort after one, in order."""
    return _ids(DeliveryItem.by_owner, owner_id, DeliveryItem.pk, delivery_pk(""), after)


def api_key_ids(user_id: str, *, after: str = "") -> Iterator[str]:
    """Yield the ids of a user's API keys that sort after one, in order, revoked ones too."""
    return _ids(ApiKeyItem.by_user, user_id, ApiKeyItem.pk, api_key_key(""), after)


def family_ids(user_id: str, *, after: str = "") -> Iterator[str]:
    """Yield the ids of a user's refresh-token families that sort after one, in order."""
    return _ids(ApiKeyItem.by_user, user_id, ApiKeyItem.pk, family_key(""), after)


def has_unfinished(owner_id: str) -> bool:
    """Return whether an upload, a conversion, a removal of objects or a job is under way."""
    if next(iter(ModelItem.by_due.query(owner_id, limit=1)), None) is not None:
        return True
    return any(jobs.count_of_owner(owner_id, status, since="0") for status in UNFINISHED)


def delete_versions(owner_id: str) -> None:
    """Delete an owner's versions; then nothing new can be made of their names."""
    _delete(ModelItem, (entry.pk for entry in ModelItem.by_owner.query(owner_id)))


def delete_names(owner_id: str) -> None:
    """Delete an owner's names, and whose turn it is to convert."""
    _delete(ModelItem, (entry.pk for entry in ModelItem.by_owner.query(names_key(owner_id))))
    _delete(TurnsItem, [turns_pk(owner_id)])


def delete_tombstones(owner_id: str) -> None:
    """Delete what marks objects for removal; call it when they are gone."""
    _delete(ModelItem, (entry.pk for entry in ModelItem.by_due.query(owner_id)))


def delete_jobs(owner_id: str) -> None:
    """Delete an owner's jobs, their parts and their idempotency keys."""
    keys = JobItem.by_owner.query(idempotency_keys_key(owner_id))
    _delete(IdempotencyItem, (entry.pk for entry in keys))
    pks = [entry.pk for entry in JobItem.by_owner.query(owner_id)]
    for some in batched(pks, _AT_ONCE, strict=False):
        found = JobItem.batch_get(some, consistent_read=True, attributes_to_get=["pk", "parts"])
        for item in list(found):
            parts = range(int(item.parts or 0))
            # Before the job, which knows how many there are.
            _delete(JobItem, (part_pk(id_in(item.pk), number) for number in parts))
    _delete(JobItem, pks)


def delete_webhooks(owner_id: str) -> None:
    """Delete an owner's endpoints and deliveries."""
    _delete(DeliveryItem, (entry.pk for entry in DeliveryItem.by_owner.query(owner_id)))
    _delete(OwnerItem, [webhook_owner_pk(owner_id)])


def delete_credentials(user_id: str) -> None:
    """Delete a user's API keys, refresh-token families and tickets."""
    _delete(ApiKeyItem, (entry.pk for entry in ApiKeyItem.by_user.query(user_id)))
    _delete(TicketItem, [ticket_key("verification", user_id), ticket_key("reset", user_id)])


def delete_counts(account: str) -> None:
    """Delete the counts of logins, and of mails, to an account.

    Args:
        account: the digest of the account's e-mail address.
    """
    _delete(CounterItem, (entry.pk for entry in ApiKeyItem.by_user.query(account)))


def _ids(index: Any, owner_id: str, attribute: Any, prefix: str, after: str) -> Iterator[str]:
    found = (entry.pk for entry in _query(index, owner_id, attribute, prefix + after))
    return (id_in(pk) for pk in takewhile(lambda pk: pk.startswith(prefix), found))


def _query(index: Any, hash_key: str, attribute: Any, after: str) -> Iterator[Any]:
    # DynamoDB takes no empty text for a key.
    found: Iterator[Any] = index.query(hash_key, attribute > after if after else None)
    return found


def _delete(kind: type[TableModel], pks: Iterable[str]) -> None:
    keys = dict.fromkeys(pks)  # all of them first: what is deleted is not paged through
    try:
        with kind.batch_write() as batch:
            for pk in keys:
                batch.delete(kind(pk))
    except PutError as error:  # DynamoDB left some of them, several times
        raise Unavailable from error
