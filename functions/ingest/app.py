"""SQS ← S3 "object created": convert each uploaded file and record the outcome."""

from typing import Any

from inferx.conversion.ingestion import ingest
from inferx.queues.events import Event, Message, each_message, stored_objects
from inferx.telemetry.log import log

# The queue's maxReceiveCount in template.yaml: after it the message goes to the dead letters.
_LAST_RECEIVE = 3


def handler(event: Event, _: Any) -> Event:
    """Ingest every object that the batch tells of."""
    return each_message(event, _take)


def _take(message: Message) -> None:
    for stored in stored_objects(message.body):
        log("info", "uploaded", key=stored.key, size=stored.size, receives=message.receives)
        ingest(stored, last_try=message.receives >= _LAST_RECEIVE)
