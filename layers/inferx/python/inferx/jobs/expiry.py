"""What ends by itself: jobs that no worker will finish, and outcomes that were not announced."""

from inferx import deadline
from inferx.clock import now
from inferx.entities.jobs import Job, JobKind
from inferx.jobs import ending
from inferx.storage import jobs
from inferx.storage.signed import jobs as job_items
from inferx.telemetry.log import log

_AT_ONCE = 100
_JOB_S = 10.0  # what one takes at most; none is begun with less time left


def sweep() -> int:
    """End the jobs of all owners that are overdue, and announce what has not been.

    A job that fails to end is logged and left for the next run.

    Returns:
        How many were settled.
    """
    return sum(_sweep(shard) for shard in range(jobs.SHARDS))


def ended_if_overdue(job: Job) -> Job:
    """Return the job, which fails now if it should have finished before."""
    if job.status.is_finished or job.due_at is None or job.due_at > now():
        return job
    ending.fail(job, _reason(job))
    return job_items.find(job.id) or job


def _sweep(shard: int) -> int:
    settled: set[str] = set()
    while _has_time():
        # The index lags behind the table, and may show what has just been settled.
        found = set(jobs.overdue(shard, now(), at_most=_AT_ONCE)) - settled
        done = {job_id for job_id in found if _has_time() and _settle(job_id)}
        settled |= done
        if not done:
            break
    return len(settled)


def _settle(job_id: str) -> bool:
    try:
        job = job_items.find(job_id)
        if job is None:  # the index lags behind the table
            return True
        if job.status.is_finished:
            ending.announce(job)
        else:
            ending.fail(job, _reason(job))
    except Exception as error:  # noqa: BLE001 - logged; the others have their turn
        log("error", "job not settled", job_id=job_id, error=error)
        return False
    return True


def _reason(job: Job) -> str:
    if job.kind is JobKind.BATCH and job.started_at is None:
        return "No file was uploaded in time."
    return "The job did not finish in time."


def _has_time() -> bool:
    return deadline.remaining(_JOB_S) >= _JOB_S
