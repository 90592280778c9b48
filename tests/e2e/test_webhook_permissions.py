"""What the roles of webhooks' functions allow, tried on the stack."""

import pytest

from local.deployed import Deployed
from tests.e2e.test_permissions import ITEM, attempt, is_denied


@pytest.mark.parametrize("table", ["UsersTable", "CredentialsTable", "ModelsTable", "JobsTable"])
@pytest.mark.parametrize("function", ["NotifyFunction", "WebhooksFunction"])
def test_what_sends_webhooks_reads_no_other_table(
    deployed: Deployed, function: str, table: str
) -> None:
    name = deployed.resource(table)

    said = attempt(
        deployed, function, "dynamodb", lambda client: client.get_item(TableName=name, Key=ITEM)
    )

    assert is_denied(said)


@pytest.mark.parametrize("function", ["NotifyFunction", "WebhooksFunction"])
def test_what_sends_webhooks_reads_no_object(deployed: Deployed, function: str) -> None:
    place = {"Bucket": deployed.resource("Bucket"), "Key": "models/probe"}

    assert is_denied(attempt(deployed, function, "s3", lambda s3: s3.get_object(**place)))


@pytest.mark.parametrize(
    ("function", "queue"),
    [
        ("NotifyFunction", "EventsQueue"),
        ("WebhooksFunction", "EventsQueue"),
        ("NotifyFunction", "MailQueue"),
        ("IngestFunction", "DeliveriesQueue"),
        ("JobsFunction", "DeliveriesQueue"),
        ("JobsWorkerFunction", "DeliveriesQueue"),
    ],
)
def test_a_function_sends_only_to_the_queues_that_it_needs(
    deployed: Deployed, function: str, queue: str
) -> None:
    url = deployed.resource(queue)

    said = attempt(
        deployed, function, "sqs", lambda sqs: sqs.send_message(QueueUrl=url, MessageBody="{}")
    )

    assert is_denied(said)


@pytest.mark.parametrize("function", ["IngestFunction", "JobsWorkerFunction", "ReconcileFunction"])
def test_publishers_read_endpoints_and_change_none(deployed: Deployed, function: str) -> None:
    name = deployed.resource("WebhooksTable")

    read = attempt(
        deployed, function, "dynamodb", lambda client: client.get_item(TableName=name, Key=ITEM)
    )
    written = attempt(
        deployed, function, "dynamodb", lambda client: client.put_item(TableName=name, Item=ITEM)
    )

    assert read == "allowed"
    assert is_denied(written)
