"""SQS ← S3 "object created": convert each uploaded file and record the outcome."""

from typing import Any

from inferx.conversion.ingestion import Arrival, ingest
from inferx.queues.events import Event, Message, each_message, stored_objects
from inferx.settings import require
from inferx.telemetry.log import log

require("IngestFunction", "users_table", "models_table", "bucket", "convert_function")

# The queue's maxReceiveCount in template.yaml: after it the message goes to the dead letters.
_LAST_RECEIVE = 3


def handler(event: Event, _: Any) -> Event:
    """Ingest every object that the batch tells of."""
    return each_message(event, _take)


def _take(message: Message) -> None:
    for stored in stored_objects(message.body):
        log("info", "uploaded", key=stored.key, size=stored.size, receives=message.receives)
        arrival = Arrival(stored.key, stored.version, stored.size)
        ingest(arrival, last_try=message.receives >= _LAST_RECEIVE)
