"""Messages to SQS."""

import json
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from inferx.errors import Unavailable
from inferx.storage import aws


def send_json(queue_url: str, body: Mapping[str, Any]) -> None:
    """Put one message, the JSON of ``body``, on a queue.

    Raises:
        Unavailable: SQS did not take it.
    """
    try:
        aws.sqs().send_message(QueueUrl=queue_url, MessageBody=json.dumps(body))
    except (BotoCoreError, ClientError) as error:
        raise Unavailable from error
