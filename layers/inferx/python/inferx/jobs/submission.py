"""Submitting an asynchronous prediction: recorded first, then queued, so that none is lost."""

import hashlib

from inferx.clock import now
from inferx.entities.jobs import Job, JobKind, JobStatus
from inferx.errors import InferXError, Invalid, Unavailable
from inferx.identity.principal import Principal
from inferx.ids import new_id
from inferx.jobs import ending
from inferx.jobs.lifetimes import QUEUE_LIFETIME
from inferx.serving.routing import Router
from inferx.settings import settings
from inferx.storage import jobs
from inferx.storage.object_keys import job_request_key
from inferx.storage.signed import jobs as job_items
from inferx.storage.signed import queues, s3
from inferx.storage.transactions import Transaction, transact
from inferx.webhooks.callbacks import Callback

INLINE_BYTES = 128 * 1024
"""Request bodies up to this size are kept in the job's item, of at most 400 KB; others in S3."""

_LONGEST_KEY = 255


def submit(
    principal: Principal,
    address: str,
    body: str,
    *,
    router: Router,
    callback: Callback | None = None,
    idempotency_key: str | None = None,
) -> Job:
    """Queue the prediction of the version that the address means now.

    Args:
        principal: the caller; needs the scope ``predict``.
        address: a model id, or one of the caller's own names, with an alias or a version.
        body: the request's body, with its ``input``.
        router: finds the version that the address means now.
        callback: where to send the outcome.
        idempotency_key: a repeat of the same request with the same key returns the same job.

    Raises:
        Forbidden: the scope is missing, or it is another user's model.
        NotFound, NotReady: as :meth:`inferx.serving.loading.Models.load`.
        Invalid: the key came with another request before, or is no key.
        Unavailable: AWS does not respond.
    """
    principal.require("predict")
    digest = None if idempotency_key is None else _digest_of(idempotency_key)
    fingerprint = hashlib.sha256(f"{address}\n{body}".encode()).hexdigest()
    if digest is not None:
        earlier = _earlier(principal.user_id, digest, fingerprint)
        if earlier is not None:
            return _repeated(earlier)
    job = _new(router, principal.user_id, address, body, callback)
    if job.request is None:
        key = job_request_key(job.owner_id, job.id)
        s3.put_object(settings.bucket, key, body.encode())
    return _record(job, digest, fingerprint)


def _new(router: Router, owner_id: str, address: str, body: str, callback: Callback | None) -> Job:
    record = router.read_record(owner_id, router.find_again(owner_id, address))
    created_at = now()
    return Job(
        id=new_id(),
        owner_id=owner_id,
        kind=JobKind.ASYNC,
        status=JobStatus.QUEUED,
        model_id=record.id,
        model_name=record.name,
        model_version=record.version,
        created_at=created_at,
        due_at=created_at + QUEUE_LIFETIME,
        request=body if len(body.encode()) <= INLINE_BYTES else None,
        callback_url=None if callback is None else callback.url,
        callback_secret=None if callback is None else callback.secret,
    )


def _record(job: Job, digest: str | None, fingerprint: str) -> Job:
    def build(transaction: Transaction) -> None:
        jobs.add(transaction, job)
        if digest is not None:
            jobs.claim_key(transaction, job, digest, fingerprint, otherwise=_Taken())

    try:
        transact(build)
    except _Taken:
        assert digest is not None
        earlier = _earlier(job.owner_id, digest, fingerprint)
        if earlier is None:  # its time ended between the two
            raise Unavailable from None
        return _repeated(earlier)
    try:
        _queue(job)
    except Unavailable:
        # With a key the caller's repeat queues it. Without one the caller cannot know of it.
        if digest is None:
            ending.fail(job, "The prediction could not be queued.")
        raise
    return job


def _repeated(earlier: Job) -> Job:
    # It may have been recorded and never queued; a message too many changes nothing.
    if earlier.status is JobStatus.QUEUED:
        _queue(earlier)
    return earlier


class _Taken(InferXError):
    """Another request with the same key was recorded first."""


def _earlier(owner_id: str, digest: str, fingerprint: str) -> Job | None:
    found = jobs.find_by_key(owner_id, digest)
    if found is None:
        return None
    job_id, earlier = found
    job = job_items.find(job_id)
    if job is None or job.expires_at <= now():
        return None
    if earlier != fingerprint:
        raise Invalid.header(
            "idempotency-key", "was used with another request before; use a new one"
        )
    return job


def _digest_of(key: str) -> str:
    if not (0 < len(key) <= _LONGEST_KEY and key.isprintable()):
        raise Invalid.header("idempotency-key", f"must have 1 to {_LONGEST_KEY} characters")
    return hashlib.sha256(key.encode()).hexdigest()


def _queue(job: Job) -> None:
    queues.send_json(settings.jobs_queue_url, {"job_id": job.id})
