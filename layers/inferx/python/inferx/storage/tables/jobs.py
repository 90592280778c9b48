"""The Jobs table: asynchronous and batch predictions, their parts and idempotency keys.

================================  ============================================================
``job#{id}``                      one job: :class:`JobItem`
``part#{job id}#{number}``        a part of a batch job that is done: :class:`PartItem`
``idempotency#{owner}#{digest}``  the job of an ``Idempotency-Key``: :class:`IdempotencyItem`
================================  ============================================================

DynamoDB deletes each some time after its ``ttl``, up to days late: what reads judges by time.
Three indexes, keys only:

============  ==========================  ======================================================
index         key                         finds
============  ==========================  ======================================================
``ByOwner``   ``owner_id``, ``id``        an owner's jobs, in the order of their creation;
                                          under ``idempotency#{owner}`` the owner's keys
``ByStatus``  ``owner_status``, ``id``    the same, of one status
``ByDue``     ``due_shard``, ``due_at``   jobs that must have ended, or been announced, by a time
============  ==========================  ======================================================
"""

from pynamodb.attributes import (
    BooleanAttribute,
    JSONAttribute,
    ListAttribute,
    NumberAttribute,
    UnicodeAttribute,
)
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection

from inferx.storage.tables.connection import TableMeta, TableModel


class ByOwner(GlobalSecondaryIndex["JobItem"]):
    """An owner's jobs; ids sort by time (UUID version 7)."""

    class Meta:
        """Keys only."""

        index_name = "ByOwner"
        projection = KeysOnlyProjection()

    owner_id = UnicodeAttribute(hash_key=True)
    id = UnicodeAttribute(range_key=True)
    pk = UnicodeAttribute()


class ByStatus(GlobalSecondaryIndex["JobItem"]):
    """An owner's jobs of one status."""

    class Meta:
        """Keys only."""

        index_name = "ByStatus"
        projection = KeysOnlyProjection()

    owner_status = UnicodeAttribute(hash_key=True)
    id = UnicodeAttribute(range_key=True)
    pk = UnicodeAttribute()


class ByDue(GlobalSecondaryIndex["JobItem"]):
    """Jobs of all owners that are not settled, by when they must be."""

    class Meta:
        """Keys only; a finished and announced job is not in it."""

        index_name = "ByDue"
        projection = KeysOnlyProjection()

    due_shard = UnicodeAttribute(hash_key=True)
    due_at = UnicodeAttribute(range_key=True)
    pk = UnicodeAttribute()


class JobItem(TableModel):
    """One job. Times are ISO 8601 in UTC, ``ttl`` is in seconds since 1970.

    Its changes are made by :mod:`inferx.storage.signed.jobs`, which needs no pynamodb.
    """

    class Meta(TableMeta):
        """The Jobs table."""

        setting = "jobs_table"

    pk = UnicodeAttribute(hash_key=True)
    id = UnicodeAttribute()
    owner_id = UnicodeAttribute()
    owner_status = UnicodeAttribute()
    kind = UnicodeAttribute()
    status = UnicodeAttribute()
    model_id = UnicodeAttribute()
    model_name = UnicodeAttribute()
    model_version = NumberAttribute()
    created_at = UnicodeAttribute()
    started_at = UnicodeAttribute(null=True)
    finished_at = UnicodeAttribute(null=True)
    due_shard = UnicodeAttribute(null=True)
    due_at = UnicodeAttribute(null=True)
    ttl = NumberAttribute()
    request = UnicodeAttribute(null=True)
    result = UnicodeAttribute(null=True)
    result_key = UnicodeAttribute(null=True)
    error = UnicodeAttribute(null=True)
    callback_url = UnicodeAttribute(null=True)
    callback_secret = UnicodeAttribute(null=True)
    is_notified = BooleanAttribute(null=True)
    format = UnicodeAttribute(null=True)
    compression = UnicodeAttribute(null=True)
    columns: ListAttribute[str] = ListAttribute(null=True)
    max_failed_fraction = NumberAttribute(null=True)
    rows_done = NumberAttribute(null=True)
    rows_failed = NumberAttribute(null=True)
    rows_total = NumberAttribute(null=True)
    parts_done = NumberAttribute(null=True)
    parts = NumberAttribute(null=True)
    totals: JSONAttribute = JSONAttribute(null=True)

    by_owner = ByOwner()
    by_status = ByStatus()
    by_due = ByDue()


class PartItem(TableModel):
    """A part of a batch job that is done, so that it is counted once.

    ``totals`` is what it adds to the job's: rows, bytes, milliseconds.
    """

    class Meta(TableMeta):
        """The Jobs table."""

        setting = "jobs_table"

    pk = UnicodeAttribute(hash_key=True)
    ttl = NumberAttribute()
    totals: JSONAttribute = JSONAttribute(null=True)


class IdempotencyItem(TableModel):
    """The job that was made for an owner's idempotency key, and what was asked for with it.

    ``owner_id`` is ``idempotency#{owner}`` and ``id`` the key's digest, for ``ByOwner``.
    """

    class Meta(TableMeta):
        """The Jobs table."""

        setting = "jobs_table"

    pk = UnicodeAttribute(hash_key=True)
    owner_id = UnicodeAttribute(null=True)
    id = UnicodeAttribute(null=True)
    job_id = UnicodeAttribute()
    fingerprint = UnicodeAttribute()
    ttl = NumberAttribute()
