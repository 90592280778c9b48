"""SQS ← S3 "object created": convert each uploaded file and record the outcome."""

from typing import Any

from inferx.conversion.ingestion import ingest
from inferx.queues.events import Event, Message, each_message, stored_objects
from inferx.settings import require, settings
from inferx.storage.object_keys import parse_upload_key
from inferx.telemetry.context import bind
from inferx.telemetry.log import log

require(
    "IngestFunction",
    "users_table",
    "models_table",
    "bucket",
    "convert_function",
    "convert_deep_function",
    "ingest_receives",
    "webhooks_table",
    "events_queue_url",
)


def handler(event: Event, context: Any) -> Event:
    """Ingest every object that the batch reports."""
    return each_message(event, context, _ingest)


def _ingest(message: Message) -> None:
    for stored in stored_objects(message.body):
        place = parse_upload_key(stored.key)
        if place is not None:
            bind(owner_id=place.owner_id, model_id=place.model_id)
        log("info", "uploaded", size=stored.size, receives=message.receives)
        ingest(stored, last_try=message.receives >= settings.ingest_receives)
