"""SQS events and the S3 notifications in them: the one place that knows their shape.

Sources: AWS Lambda Developer Guide, "Using Lambda with Amazon SQS"; Amazon S3 User Guide,
"Event message structure".
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus

from inferx.storage.objects import StoredObject
from inferx.telemetry.log import log

type Event = dict[str, Any]


@dataclass(frozen=True)
class Message:
    """One message of a batch.

    Attributes:
        body: the message's JSON.
        receives: how often it has been received, this time included.
    """

    id: str
    body: Any
    receives: int


def each_message(event: Event, handle: Callable[[Message], None]) -> Event:
    """Handle each message of a batch; those that fail come again, and only those.

    Args:
        event: from SQS.
        handle: takes one message; raises when it must come again.

    Returns:
        The partial batch response (``ReportBatchItemFailures``).
    """
    failures = []
    for record in event["Records"]:
        try:
            handle(_message(record))
        except Exception as error:  # noqa: BLE001 - logged; SQS brings the message again
            log("error", "message failed", message_id=record["messageId"], error=error)
            failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}


def stored_objects(body: Any) -> Iterator[StoredObject]:
    """The objects that an S3 notification tells of; none in the test message of its set-up."""
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
