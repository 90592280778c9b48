"""Jobs as their owner sees them: one, a page of them, and waiting for one to finish."""

import time
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice

from inferx import deadline
from inferx.clock import now
from inferx.entities.jobs import JOB_LIFETIME, Job, JobStatus
from inferx.errors import Conflict, Forbidden, NotFound, Unavailable
from inferx.identity.principal import Principal
from inferx.ids import earliest_id, is_id
from inferx.jobs import ending, expiry
from inferx.storage import jobs, objects
from inferx.storage.signed import jobs as job_items

_RESULT_URL_SECONDS = 3600
_PAUSE_S = 0.03
_LONGEST_PAUSE_S = 0.5


@dataclass(frozen=True)
class Page:
    """Some jobs, and how many there are in all."""

    jobs: list[Job]
    total: int


def show(principal: Principal, job_id: str, *, wait_seconds: float = 0) -> Job:
    """Return the caller's own job, after waiting for it to finish.

    Args:
        principal: the caller; needs the scope ``predict``.
        job_id: the job's.
        wait_seconds: how long to wait at most.

    Raises:
        Forbidden: the scope is missing, or it is another user's.
        NotFound: there is no such job, or its time is over.
    """
    return wait_until_finished(_owned(principal, job_id), wait_seconds)


def wait_until_finished(job: Job, seconds: float) -> Job:
    """Wait until the job has finished or the time is over, and return it as last read."""
    end = time.monotonic() + deadline.remaining(seconds)
    pause = _PAUSE_S
    while not job.status.is_finished and time.monotonic() + pause < end:
        time.sleep(pause)
        pause = min(pause * 1.3, _LONGEST_PAUSE_S)
        with suppress(Unavailable):  # what was read last stands
            job = job_items.find(job.id) or job
    return job


def page_of(
    principal: Principal, *, page: int, per_page: int, status: JobStatus | None = None
) -> Page:
    """Return one page of the caller's jobs, newest first; empty past the end.

    Args:
        principal: the caller; needs the scope ``predict``.
        page: from 1.
        per_page: 1 to 100.
        status: only jobs of this status.

    Raises:
        Forbidden: the scope is missing.
    """
    principal.require("predict")
    since = earliest_id(now() - JOB_LIFETIME)
    skipped = (page - 1) * per_page
    total = jobs.count_of_owner(principal.user_id, status, since=since)
    if skipped >= total:
        return Page([], total)
    ids = jobs.ids_of_owner(principal.user_id, status, since=since, at_most=skipped + per_page)
    return Page(jobs.find_all(islice(ids, skipped, None)), total)


def cancel(principal: Principal, job_id: str) -> Job:
    """Cancel the caller's own job that has not finished, and return it.

    Raises:
        Forbidden, NotFound: as :func:`show`.
        Conflict: it has finished.
    """
    job = _owned(principal, job_id)
    ended = ending.cancel(job)
    found = job_items.find(job.id) or job
    if not ended:
        raise Conflict(f"The job has finished: its status is {found.status}.")
    return found


def result_url(job: Job) -> str | None:
    """Return a URL that reads the job's result for an hour; ``None`` where none is in the bucket.

    Raises:
        Unavailable: the function has no credentials to sign with now.
    """
    if job.result_key is None:
        return None
    return objects.presign_get(job.result_key, None, seconds=_RESULT_URL_SECONDS)


def _owned(principal: Principal, job_id: str) -> Job:
    principal.require("predict")
    job = job_items.find(job_id) if is_id(job_id) else None
    if job is None or job.expires_at <= now():
        raise NotFound("Job not found")
    if job.owner_id != principal.user_id:
        raise Forbidden("You do not have permission to access this job")
    return expiry.ended_if_overdue(job)
