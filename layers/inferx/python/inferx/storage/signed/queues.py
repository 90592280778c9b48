"""Messages to SQS without boto3, as :mod:`inferx.storage.signed.json_api` calls other services."""

import json
from collections.abc import Mapping
from typing import Any

from inferx.errors import Unavailable
from inferx.storage.signed import json_api
from inferx.storage.signed.exchange import Declined


def send_json(queue_url: str, body: Mapping[str, Any], *, delay_seconds: int = 0) -> None:
    """Put one message, the JSON of ``body``, on a queue.

    Args:
        queue_url: the queue's.
        body: what to send.
        delay_seconds: how long SQS keeps it back, up to 900.

    Raises:
        Unavailable: SQS did not take it.
    """
    parameters = {
        "QueueUrl": queue_url,
        "MessageBody": json.dumps(body),
        "DelaySeconds": delay_seconds,
    }
    try:
        json_api.call("sqs", "SendMessage", parameters)
    except Declined as error:
        raise Unavailable from error
