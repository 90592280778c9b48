"""SQS ← S3 "object created": convert each uploaded file and record the outcome."""

from collections.abc import Iterable
from typing import Any

from inferx.conversion import waiting
from inferx.conversion.ingestion import ingest
from inferx.entities.objects import StoredObject
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
    "ingest_queue_url",
    "ingest_receives",
    "webhooks_table",
    "events_queue_url",
)


def handler(event: Event, context: Any) -> Event:
    """Ingest every object that the batch reports."""
    return each_message(event, context, _ingest)


def _ingest(message: Message) -> None:
    for stored in _objects_in(message.body):
        place = parse_upload_key(stored.key)
        if place is not None:
            bind(owner_id=place.owner_id, model_id=place.model_id)
        log("info", "uploaded", size=stored.size, receives=message.receives)
        ingest(stored, last_try=message.receives >= settings.ingest_receives)


def _objects_in(body: Any) -> Iterable[StoredObject]:
    # Besides S3's messages there are our own, for files that have waited for their turn.
    again = waiting.arrival_of(body)
    return stored_objects(body) if again is None else [again]
