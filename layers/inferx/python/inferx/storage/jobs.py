"""The repository of jobs: adding, listing and finding what is overdue.

What changes a job afterwards is in :mod:`inferx.storage.signed.jobs`.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from zlib import crc32

from inferx.clock import iso
from inferx.entities.jobs import Job, JobStatus
from inferx.storage.item_keys import (
    due_shard_key,
    id_in,
    idempotency_keys_key,
    idempotency_pk,
    job_pk,
    owner_status_key,
)
from inferx.storage.signed.jobs import job_of
from inferx.storage.tables.jobs import IdempotencyItem, JobItem
from inferx.storage.transactions import Otherwise, Transaction

SHARDS = 8
"""One key of an index takes 1,000 writes a second, so unsettled jobs are spread over these."""


def add(transaction: Transaction, job: Job) -> None:
    """Write a new job."""
    item = JobItem(
        job_pk(job.id),
        id=job.id,
        owner_id=job.owner_id,
        owner_status=owner_status_key(job.owner_id, job.status),
        kind=job.kind,
        status=job.status,
        model_id=job.model_id,
        model_name=job.model_name,
        model_version=job.model_version,
        created_at=iso(job.created_at),
        due_shard=due_shard_key(crc32(job.id.encode()) % SHARDS),
        due_at=None if job.due_at is None else iso(job.due_at),
        ttl=int(job.expires_at.timestamp()),
        request=job.request,
        callback_url=job.callback_url,
        callback_secret=job.callback_secret,
        **_options(job),
    )
    transaction.put(item, JobItem.pk.does_not_exist())


def find_by_key(owner_id: str, digest: str) -> tuple[str, str] | None:
    """Return the job's id and the fingerprint of the request that an idempotency key stands for.

    Args:
        owner_id: whose key it is.
        digest: the SHA-256 of the key, in hex.
    """
    try:
        item = IdempotencyItem.get(idempotency_pk(owner_id, digest), consistent_read=True)
    except IdempotencyItem.DoesNotExist:
        return None
    return item.job_id, item.fingerprint


def claim_key(
    transaction: Transaction, job: Job, digest: str, fingerprint: str, *, otherwise: Otherwise
) -> None:
    """Let an idempotency key stand for a new job.

    Args:
        transaction: the one that adds the job.
        job: the new job.
        digest: the SHA-256 of the key, in hex.
        fingerprint: of the request.
        otherwise: what it means that the key is taken.
    """
    item = IdempotencyItem(
        idempotency_pk(job.owner_id, digest),
        owner_id=idempotency_keys_key(job.owner_id),
        id=digest,
        job_id=job.id,
        fingerprint=fingerprint,
        ttl=int(job.expires_at.timestamp()),
    )
    # One whose time is over may be there still.
    is_free = IdempotencyItem.pk.does_not_exist() | (
        IdempotencyItem.ttl <= int(job.created_at.timestamp())
    )
    transaction.put(item, is_free, otherwise=otherwise)


def find_all(job_ids: Iterable[str]) -> list[Job]:
    """Return the jobs with these ids, in their order, without those that there are not."""
    keys = [job_pk(job_id) for job_id in job_ids]
    found = {item.pk: item for item in JobItem.batch_get(keys, consistent_read=True)}
    return [job_of(found[key].to_dynamodb_dict()) for key in keys if key in found]


def ids_of_owner(
    owner_id: str, status: JobStatus | None, *, since: str, at_most: int
) -> Iterator[str]:
    """Yield the ids of an owner's jobs, the newest first.

    Args:
        owner_id: the owner's user id.
        status: only jobs of this status.
        since: only ids that sort after this one.
        at_most: how many.
    """
    hash_key, index = _index(owner_id, status)
    found = index.query(hash_key, JobItem.id > since, scan_index_forward=False, limit=at_most)
    return (id_in(entry.pk) for entry in found)


def count_of_owner(owner_id: str, status: JobStatus | None, *, since: str) -> int:
    """Return how many jobs :func:`ids_of_owner` would yield without a limit."""
    hash_key, index = _index(owner_id, status)
    return int(index.count(hash_key, JobItem.id > since))


def overdue(shard: int, moment: datetime, *, at_most: int) -> list[str]:
    """Return the ids of jobs that should have been settled by this moment, the oldest first.

    Args:
        shard: from 0 to below :data:`SHARDS`.
        moment: the present time.
        at_most: how many.
    """
    found = JobItem.by_due.query(due_shard_key(shard), JobItem.due_at <= iso(moment), limit=at_most)
    return [id_in(entry.pk) for entry in found]


def _index(owner_id: str, status: JobStatus | None) -> tuple[str, Any]:
    if status is None:
        return owner_id, JobItem.by_owner
    return owner_status_key(owner_id, status), JobItem.by_status


def _options(job: Job) -> dict[str, Any]:
    if job.options is None:
        return {}
    options = job.options
    return {
        "format": options.format,
        "compression": options.compression,
        "columns": None if options.columns is None else list(options.columns),
        # DynamoDB's smallest number is 1e-130; no file has rows enough for a share below this.
        "max_failed_fraction": round(options.max_failed_fraction, 15),
    }
