"""Messages to SQS."""

import json
from collections.abc import Mapping
from typing import Any

from inferx.storage import aws


def send_json(queue_url: str, body: Mapping[str, Any]) -> None:
    """Put one message, the JSON of ``body``, on a queue.

    Raises:
        botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError: SQS did not take it.
    """
    aws.sqs().send_message(QueueUrl=queue_url, MessageBody=json.dumps(body))
