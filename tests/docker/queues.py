"""The stack's queues, emptied into containers instead of into the stack's own functions."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from local.deployed import Deployed
from tests.docker.emulated import Functions
from tools.cloud import sqs_event


@contextmanager
def paused(deployed: Deployed) -> Iterator[None]:
    """Keep the stack's own functions from its queues for the block."""
    client = deployed.client("lambda")
    listed = client.list_event_source_mappings()["EventSourceMappings"]
    mappings = [each["UUID"] for each in listed if each["State"] == "Enabled"]
    for mapping in mappings:
        client.update_event_source_mapping(UUID=mapping, Enabled=False)
    try:
        yield
    finally:
        for mapping in mappings:
            client.update_event_source_mapping(UUID=mapping, Enabled=True)


def deliver(deployed: Deployed, functions: Functions, queue: str, function: str) -> list[Any]:
    """Hand each waiting message to a function, and return what it returned for each.

    A message stays on the queue when the function reports it as failed, as with Lambda.
    """
    sqs, url = deployed.client("sqs"), deployed.resource(queue)
    responses = []
    while found := sqs.receive_message(QueueUrl=url).get("Messages"):
        for message in found:
            event = sqs_event(queue, message["Body"], message_id=message["MessageId"])
            response = functions.invoke(function, event)
            responses.append(response)
            if response == {"batchItemFailures": []}:
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return responses
