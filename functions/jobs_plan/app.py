"""Batch jobs: SQS ← S3 "object created" starts one; Step Functions plans, joins and ends it."""

from collections.abc import Callable
from typing import Any

from inferx import deadline
from inferx.batch import steps
from inferx.queues.events import Message, each_message, stored_objects
from inferx.serving.loading import Models
from inferx.settings import require, settings
from inferx.storage.object_keys import parse_job_input_key
from inferx.storage.signed import executions
from inferx.telemetry.context import begin, bind
from inferx.telemetry.library_logs import capture_library_logs
from inferx.telemetry.log import log
from inferx.telemetry.uncaught import logged_without_text

require(
    "JobsPlanFunction",
    "models_table",
    "jobs_table",
    "bucket",
    "batches_state_machine",
    "webhooks_table",
    "events_queue_url",
)

_models = Models(settings.memory_mb)
_STEPS: dict[str, Callable[[steps.State], dict[str, Any]]] = {
    "plan": lambda state: steps.plan(_models, state),
    "join": steps.join,
    "fail": steps.fail,
}


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Start the jobs whose files have come, or do one step of a job."""
    if "Records" in event:
        return each_message(event, context, _start)
    deadline.start(context.get_remaining_time_in_millis() / 1000)
    begin(context.aws_request_id)
    capture_library_logs()
    bind(job_id=event["job_id"])
    with logged_without_text("step failed", step=event["step"]):
        return _STEPS[event["step"]](event)


def _start(message: Message) -> None:
    for stored in stored_objects(message.body):
        place = parse_job_input_key(stored.key)
        if place is not None:
            owner_id, job_id = place
            bind(owner_id=owner_id, job_id=job_id)
            log("info", "batch uploaded", size=stored.size)
            executions.start(owner_id, job_id)
