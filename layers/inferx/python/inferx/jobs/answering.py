"""Answering one queued prediction.

SQS delivers at least once, so a job may be answered twice: predictions change nothing, and the
first outcome is the one that is recorded. The last receive of a message answers nothing: what
ended its process every time before would do so again. It records that and lets the message go to
the dead-letter queue.
"""

from inferx.clock import now
from inferx.entities.jobs import Job
from inferx.errors import ArtifactMissing, Broken, InferXError
from inferx.jobs import ending
from inferx.jobs.lifetimes import QUEUE_LIFETIME
from inferx.serving.limits import HTTP
from inferx.serving.loading import Loaded, Models
from inferx.serving.predictor import predict
from inferx.settings import settings
from inferx.storage.object_keys import job_request_key, job_response_key
from inferx.storage.signed import jobs, s3

INLINE_RESULT_BYTES = 300_000
"""Results up to this size are kept in the job's item and are in its response."""


class Poisoned(Exception):
    """No attempt at this message ended; SQS is to move it to the dead-letter queue."""


def answer(models: Models, job_id: str, *, is_last: bool) -> tuple[Job, Loaded | None, int] | None:
    """Predict what a job asks for and record the outcome.

    Args:
        models: the models that this process serves.
        job_id: the job's.
        is_last: whether the message is not delivered again.

    Returns:
        The job, its model if that could be opened, and the number of rows predicted, which is 0
        where the prediction was refused; ``None`` when there was nothing to do.

    Raises:
        Poisoned: every attempt before this last one broke off.
        Broken: a fault of ours or of AWS's; deliver the message again.
    """
    job = jobs.find(job_id)
    if job is None:
        return None
    if job.status.is_finished:
        ending.announce(job)
        return None
    if is_last:
        ending.fail(job, "The prediction did not finish in several attempts; it may be too large.")
        raise Poisoned
    if not jobs.start(job, now(), job.created_at + QUEUE_LIFETIME):
        return None
    return _answer(models, job)


def _answer(models: Models, job: Job) -> tuple[Job, Loaded | None, int]:
    loaded = None
    try:
        loaded = models.load(job.owner_id, job.model_id)
        text, rows = predict(loaded, _request_of(job), HTTP)
    except ArtifactMissing as error:
        ending.fail(job, error.detail)
        raise
    except Broken:
        raise
    except InferXError as error:
        ending.fail(job, error.detail)
        return job, loaded, 0
    _record(job, text)
    return job, loaded, rows


def _request_of(job: Job) -> bytes:
    if job.request is not None:
        return job.request.encode()
    key = job_request_key(job.owner_id, job.id)
    with s3.get_object(settings.bucket, key) as (_, content):
        return content.read()


def _record(job: Job, text: str) -> None:
    if len(text) <= INLINE_RESULT_BYTES:
        ending.succeed(job, result=text)
        return
    key = job_response_key(job.owner_id, job.id)
    s3.put_object(settings.bucket, key, text.encode())
    ending.succeed(job, result_key=key)
