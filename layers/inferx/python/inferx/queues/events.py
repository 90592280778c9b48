"""SQS events and the S3 notifications in them: the one place that knows their shape.

Sources: AWS Lambda Developer Guide, "Using Lambda with Amazon SQS"; Amazon S3 User Guide,
"Event message structure".
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus

from inferx import deadline
from inferx.entities.objects import StoredObject
from inferx.telemetry.context import begin
from inferx.telemetry.library_logs import capture_library_logs
from inferx.telemetry.log import log

type Event = dict[str, Any]


@dataclass(frozen=True)
class Message:
    """One message of a batch.

    Attributes:
        body: the message's JSON.
        receives: how many times it has been received, this time included.
    """

    id: str
    body: Any
    receives: int


def each_message(event: Event, context: Any, handle: Callable[[Message], None]) -> Event:
    """Handle each message of a batch; SQS delivers those that fail again, and only those.

    Args:
        event: from SQS.
        context: Lambda's.
        handle: takes one message; raises when it must be delivered again.

    Returns:
        The partial batch response (``ReportBatchItemFailures``).
    """
    deadline.start(context.get_remaining_time_in_millis() / 1000)
    capture_library_logs()
    failures = []
    for record in event["Records"]:
        begin(context.aws_request_id, message_id=record["messageId"])
        try:
            handle(_message(record))
        except Exception as error:  # noqa: BLE001 - logged; SQS delivers the message again
            log("error", "message failed", error=error)
            failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}


def stored_objects(body: Any) -> Iterator[StoredObject]:
    """Yield the objects of an S3 notification; its set-up sends a test message that has none."""
    for record in body.get("Records", []):
        stored = record["s3"]["object"]
        yield StoredObject(
            unquote_plus(stored["key"]), stored.get("versionId", "null"), int(stored["size"])
        )


def _message(record: dict[str, Any]) -> Message:
    return Message(
        record["messageId"],
        json.loads(record["body"]),
        int(record["attributes"]["ApproximateReceiveCount"]),
    )
