"""The end of a job: recorded once, then given to the webhooks at least once."""

from typing import Any

from inferx.clock import iso, now
from inferx.entities.jobs import Job, JobKind, JobStatus
from inferx.storage.signed import jobs
from inferx.storage.signed.jobs import Outcome
from inferx.webhooks import publishing
from inferx.webhooks.callbacks import Callback

FINISHED = "job.finished"


def succeed(
    job: Job,
    *,
    result: str | None = None,
    result_key: str | None = None,
    totals: dict[str, Any] | None = None,
) -> bool:
    """Record that a job succeeded; arguments and result as :class:`Job` and :func:`fail`."""
    return _end(job, JobStatus.SUCCEEDED, result=result, result_key=result_key, totals=totals)


def fail(
    job: Job, error: str, *, result_key: str | None = None, totals: dict[str, Any] | None = None
) -> bool:
    """Record why a job failed.

    Args:
        job: as last read.
        error: one sentence for the user.
        result_key: of what was done before, if that is kept.
        totals: of what was done before.

    Returns:
        Whether this call ended it; not when it had ended, or is gone.

    Raises:
        Unavailable: AWS does not respond; call again, or call :func:`announce`.
    """
    return _end(job, JobStatus.FAILED, error=error, result_key=result_key, totals=totals)


def cancel(job: Job) -> bool:
    """Record that a job is not wanted any more; result as :func:`fail`."""
    return _end(job, JobStatus.CANCELLED)


def announce(job: Job) -> None:
    """Give a finished job's outcome to the webhooks, unless that has been done.

    Raises:
        Unavailable: the queue did not take it; call again.
    """
    if job.due_at is None or job.is_notified:
        return
    publishing.publish(job.owner_id, FINISHED, job.id, facts(job), callback=_callback(job))
    jobs.settle(job.id)


def facts(job: Job) -> dict[str, Any]:
    """Return what every view of a job has, without its result."""
    shown: dict[str, Any] = {
        "id": job.id,
        "kind": job.kind,
        "model": {"id": job.model_id, "name": job.model_name, "version": job.model_version},
        "status": job.status,
        "created_at": iso(job.created_at),
        "started_at": None if job.started_at is None else iso(job.started_at),
        "finished_at": None if job.finished_at is None else iso(job.finished_at),
        "error": job.error,
        "expires_at": iso(job.expires_at),
    }
    if job.kind is JobKind.BATCH and job.progress is not None:
        progress = job.progress
        shown["progress"] = {
            "rows_done": progress.rows_done,
            "rows_failed": progress.rows_failed,
            "rows_total": progress.rows_total,
            "parts_done": progress.parts_done,
            "parts": progress.parts,
        }
        shown["totals"] = job.totals
    return shown


def _end(job: Job, status: JobStatus, **details: Any) -> bool:
    callback = _callback(job)
    announced = callback is not None or publishing.has_endpoints(job.owner_id)
    ended = jobs.finish(job, Outcome(status=status, moment=now(), announced=announced, **details))
    if ended and announced:
        found = jobs.find(job.id)
        if found is not None:
            announce(found)
    return ended


def _callback(job: Job) -> Callback | None:
    if job.callback_url is None or job.callback_secret is None:
        return None
    return Callback(job.callback_url, job.callback_secret)
