"""Step Functions → the rows of one part of a batch job, predicted."""

from typing import Any

from inferx import deadline
from inferx.batch import steps
from inferx.errors import ArtifactMissing
from inferx.serving.loading import Models
from inferx.settings import require, settings
from inferx.telemetry.context import begin, bind
from inferx.telemetry.library_logs import capture_library_logs
from inferx.telemetry.metrics import measure
from inferx.telemetry.uncaught import logged_without_text

require(
    "BatchWorkerFunction",
    "models_table",
    "jobs_table",
    "bucket",
    "webhooks_table",
    "events_queue_url",
)

_models = Models(settings.memory_mb)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Predict a part, or as much of it as there is time for."""
    deadline.start(context.get_remaining_time_in_millis() / 1000)
    begin(context.aws_request_id)
    capture_library_logs()
    bind(job_id=event["job_id"], part=event["part"]["number"])
    with logged_without_text("part failed"):
        try:
            return steps.work(_models, event)
        except ArtifactMissing:
            measure("model file not found", {"ArtifactMissing": 1})  # template.yaml alarms on it
            raise
