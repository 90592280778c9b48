"""Submitting a batch job: recorded, with a form to upload its file with."""

from inferx.clock import now
from inferx.entities.jobs import BatchOptions, Job, JobKind, JobStatus, Progress
from inferx.entities.objects import UploadForm
from inferx.identity.principal import Principal
from inferx.ids import new_id
from inferx.jobs.lifetimes import UPLOAD_LIFETIME, URL_LIFETIME
from inferx.serving.routing import Router
from inferx.storage import jobs, objects
from inferx.storage.object_keys import job_input_key
from inferx.storage.transactions import Transaction, transact
from inferx.webhooks.callbacks import Callback

FILE_BYTES = 5 * 1024**3
"""The largest file that one POST to S3 takes."""


def submit(
    principal: Principal,
    address: str,
    options: BatchOptions,
    *,
    router: Router,
    callback: Callback | None = None,
) -> tuple[Job, UploadForm]:
    """Record a job that starts when its file is there.

    Args:
        principal: the caller; needs the scope ``predict``.
        address: a model id, or one of the caller's own names, with an alias or a version.
        options: what to do with the file.
        router: finds the version that the address means now.
        callback: where to send the outcome.

    Raises:
        Forbidden: the scope is missing, or it is another user's model.
        NotFound, NotReady: as :meth:`inferx.serving.loading.Models.load`.
        Unavailable: AWS does not respond.
    """
    principal.require("predict")
    record = router.read_record(principal.user_id, router.find_again(principal.user_id, address))
    created_at = now()
    job = Job(
        id=new_id(),
        owner_id=principal.user_id,
        kind=JobKind.BATCH,
        status=JobStatus.QUEUED,
        model_id=record.id,
        model_name=record.name,
        model_version=record.version,
        created_at=created_at,
        due_at=created_at + UPLOAD_LIFETIME,
        callback_url=None if callback is None else callback.url,
        callback_secret=None if callback is None else callback.secret,
        options=options,
        progress=Progress(),
    )

    def build(transaction: Transaction) -> None:
        jobs.add(transaction, job)

    transact(build)
    post = objects.presign_post(
        job_input_key(job.owner_id, job.id),
        sizes=(1, FILE_BYTES),
        sha256=None,
        seconds=int(URL_LIFETIME.total_seconds()),
    )
    return job, UploadForm(post.url, post.fields, now() + URL_LIFETIME, FILE_BYTES)
