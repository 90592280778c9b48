"""SQS → one asynchronous prediction, recorded in its job."""

from time import perf_counter
from typing import Any

from inferx.errors import ArtifactMissing
from inferx.jobs.answering import answer
from inferx.queues.events import Event, Message, each_message
from inferx.serving import memory
from inferx.serving.loading import Models
from inferx.settings import require, settings
from inferx.telemetry.context import bind
from inferx.telemetry.metrics import measure

require(
    "JobsWorkerFunction",
    "models_table",
    "jobs_table",
    "bucket",
    "jobs_receives",
    "webhooks_table",
    "events_queue_url",
)

memory.bound(settings.memory_mb)
_models = Models(settings.memory_mb)


def handler(event: Event, context: Any) -> Event:
    """Answer the predictions of an SQS batch and name those that failed."""
    return each_message(event, context, _answer)


def _answer(message: Message) -> None:
    started = perf_counter()
    bind(job_id=message.body["job_id"])
    try:
        answered = answer(
            _models, message.body["job_id"], is_last=message.receives >= settings.jobs_receives
        )
    except ArtifactMissing:
        measure("model file not found", {"ArtifactMissing": 1})
        raise
    if answered is None:
        return
    job, loaded, rows = answered
    values = {"Latency": round((perf_counter() - started) * 1000, 3)} if rows else {"Errors": 1.0}
    if loaded is not None and loaded.cold:
        values["ColdLoads"] = 1
    measure("answered", values, model_id=job.model_id, rows=rows)
