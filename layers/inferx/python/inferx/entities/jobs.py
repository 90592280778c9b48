"""Jobs: predictions that are made after the request that asks for them, as they are stored."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Literal

type BatchFormat = Literal["csv", "jsonl", "parquet"]
type Compression = Literal["gzip", "zstd"]

JOB_LIFETIME = timedelta(days=7)
"""How long a job and its result are kept, from its submission."""


class JobKind(StrEnum):
    """What a job predicts: one request, or a file of rows."""

    ASYNC = "async"
    BATCH = "batch"


class JobStatus(StrEnum):
    """Where a job stands: ``queued`` → ``running`` → one of the other three."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_finished(self) -> bool:
        """Whether the job stays as it is."""
        return self not in UNFINISHED


UNFINISHED = (JobStatus.QUEUED, JobStatus.RUNNING)


@dataclass(frozen=True, slots=True)
class BatchOptions:
    """What a batch job is to do with its file.

    Attributes:
        columns: the input columns to copy into the result, in this order; ``None`` for all.
        max_failed_fraction: the job fails when more than this share of the rows does, 0 to 1.
    """

    format: BatchFormat
    compression: Compression | None = None
    columns: tuple[str, ...] | None = None
    max_failed_fraction: float = 1.0


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a batch job is; totals are ``None`` until its file has been read through once."""

    rows_done: int = 0
    rows_failed: int = 0
    rows_total: int | None = None
    parts_done: int = 0
    parts: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One job.

    Attributes:
        model_id: the version that the address meant at submission; later moves change nothing.
        request: the body of an asynchronous prediction; ``None`` where it is in the bucket, and
            once the job has finished.
        result: the response of a finished asynchronous prediction, as JSON text; ``None`` where
            it is in the bucket.
        result_key: the key of the result's object, where it is in the bucket.
        error: why the job failed, one sentence for the user.
        due_at: when it must have finished; the nightly job ends it after that.
        callback_secret: signs the request to ``callback_url``.
        is_notified: whether the webhooks have been given the outcome, or there are none.
        totals: of a finished batch job: rows, parts, cost.
    """

    id: str
    owner_id: str
    kind: JobKind
    status: JobStatus
    model_id: str
    model_name: str
    model_version: int
    created_at: datetime
    due_at: datetime | None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    request: str | None = None
    result: str | None = None
    result_key: str | None = None
    error: str | None = None
    callback_url: str | None = None
    callback_secret: str | None = None
    is_notified: bool = False
    options: BatchOptions | None = None
    progress: Progress | None = None
    totals: Mapping[str, Any] | None = None

    @property
    def expires_at(self) -> datetime:
        """When the job and its result are removed."""
        return self.created_at + JOB_LIFETIME
