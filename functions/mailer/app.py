"""Mails waiting on the queue, sent through SES; what fails goes back and is tried again."""

import json
from typing import Any

from inferx.edge.log import log
from inferx.errors import InferXError
from inferx.notifications.delivery import deliver


def handler(event: dict[str, Any], _: Any) -> dict[str, Any]:
    """Answer an SQS batch, naming the messages that failed (partial batch response)."""
    failed = [record["messageId"] for record in event["Records"] if not _is_delivered(record)]
    return {"batchItemFailures": [{"itemIdentifier": message} for message in failed]}


def _is_delivered(record: dict[str, Any]) -> bool:
    try:
        deliver(json.loads(record["body"]))
    except (InferXError, ValueError, KeyError) as error:
        log("error", "mail not sent", message_id=record["messageId"], error=error)
        return False
    return True
