"""The template's tables, bucket, queues and secret, made in moto, and their messages."""

import json
import os
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import unquote_plus

import botocore.session

from tools.lambdas import acting_as, invoke
from tools.template import resources, template

REGION = "us-east-1"
_CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_SESSION_TOKEN": "testing",
    "AWS_DEFAULT_REGION": REGION,
    "AWS_REGION": REGION,
}


@cache
def _client(service: str) -> Any:
    # Making one takes longer than most tests; moto intercepts it in every test alike.
    return botocore.session.get_session().create_client(service)


@dataclass(frozen=True)
class Cloud:
    """The stack's stateful resources by logical id: table, bucket and secret names, queue URLs."""

    physical: dict[str, str]

    def deliver(self, queue: str, function: str, *, receives: int = 1) -> list[Any]:
        """Hand each waiting message to the queue's function, once, and return its responses.

        A message stays on the queue when the function reports it as failed, as with Lambda.
        """
        with acting_as(None):  # also where a test does this while a function waits
            return self._deliver(queue, function, receives)

    def _deliver(self, queue: str, function: str, receives: int) -> list[Any]:
        sqs = _client("sqs")
        url = self.physical[queue]
        seconds = resources("AWS::Serverless::Function")[function].get("Timeout", 29)
        responses = []
        for message in self._waiting(queue):
            body, message_id = _with_versions(message["Body"]), message["MessageId"]
            event = sqs_event(queue, body, message_id=message_id, receives=receives)
            response = invoke(function, event, seconds=seconds)
            failures = {each["itemIdentifier"] for each in (response or {})["batchItemFailures"]}
            if message["MessageId"] not in failures:
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            responses.append(response)
        return responses

    def repeat(self, queue: str) -> None:
        """Put each waiting message on the queue once more, as S3 and SQS may."""
        for message in self._waiting(queue):
            _client("sqs").send_message(QueueUrl=self.physical[queue], MessageBody=message["Body"])

    def object_versions(self) -> list[str]:
        """Return the key of every object version and delete marker in the bucket."""
        listed = _client("s3").list_object_versions(Bucket=self.physical["Bucket"])
        found = [*listed.get("Versions", []), *listed.get("DeleteMarkers", [])]
        return [each["Key"] for each in found]

    def _waiting(self, queue: str) -> list[Any]:
        sqs = _client("sqs")
        found: dict[str, Any] = {}
        while True:
            taken = sqs.receive_message(
                QueueUrl=self.physical[queue], MaxNumberOfMessages=10, VisibilityTimeout=0
            ).get("Messages", [])
            fresh = {message["MessageId"]: message for message in taken}
            if not fresh.keys() - found.keys():
                return list(found.values())
            found |= fresh


def sqs_event(queue: str, body: str, *, message_id: str, receives: int = 1) -> dict[str, Any]:
    """Return the event of a batch of one message.

    Args:
        queue: the queue's logical id.
        body: the message's text.
        message_id: the message's.
        receives: how many times it has been received, this time included.
    """
    record = {
        "messageId": message_id,
        "receiptHandle": message_id,
        "body": body,
        "attributes": {"ApproximateReceiveCount": str(receives)},
        "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:{REGION}:123456789012:{queue}",
    }
    return {"Records": [record]}


def _with_versions(text: str) -> str:
    # S3 has an object's version in its events, as versionId; moto leaves it out.
    body = json.loads(text)
    for record in body.get("Records", []):
        stored = record["s3"]["object"]
        name, key = record["s3"]["bucket"]["name"], unquote_plus(stored["key"])
        listed = _client("s3").list_object_versions(Bucket=name, Prefix=key)
        for version in listed.get("Versions", []):
            if version["ETag"].strip('"') == stored["eTag"]:
                stored["versionId"] = version["VersionId"]
    return json.dumps(body)


def environment() -> dict[str, str]:
    """Return the environment of the functions in tests."""
    return {
        **_CREDENTIALS,
        "USERS_TABLE": "UsersTable",
        "CREDENTIALS_TABLE": "CredentialsTable",
        "MODELS_TABLE": "ModelsTable",
        "JOBS_TABLE": "JobsTable",
        "WEBHOOKS_TABLE": "WebhooksTable",
        "WEBHOOK_LOOPBACK": "true",
        "BUCKET": "inferx-test-bucket",
        "BATCHES_STATE_MACHINE": (
            f"arn:aws:states:{REGION}:123456789012:stateMachine:inferx-batches"
        ),
        "MAIL_SENDER": "inferx@example.com",
        "ACCOUNT_PAGE_URL": "",
        "REQUIRE_VERIFIED_EMAIL": "false",
        "REGISTRATIONS_PER_HOUR": "1000",
        "PUBLIC_URL": "",
        "MAIL_QUEUE_URL": f"https://sqs.{REGION}.amazonaws.com/123456789012/MailQueue",
        "INGEST_QUEUE_URL": f"https://sqs.{REGION}.amazonaws.com/123456789012/IngestQueue",
        "JOBS_QUEUE_URL": f"https://sqs.{REGION}.amazonaws.com/123456789012/JobsQueue",
        "EVENTS_QUEUE_URL": f"https://sqs.{REGION}.amazonaws.com/123456789012/EventsQueue",
        "DELIVERIES_QUEUE_URL": f"https://sqs.{REGION}.amazonaws.com/123456789012/DeliveriesQueue",
        "JOBS_RECEIVES": str(template()["Mappings"]["Queues"]["Jobs"]["MaxReceiveCount"]),
        "SIGNING_KEYS_SECRET": "SigningKeys",
        "CONVERT_FUNCTION": "ConvertFunction",
        "CONVERT_DEEP_FUNCTION": "",
        "RECONCILE_FUNCTION": "ReconcileFunction",
        "INGEST_RECEIVES": str(template()["Mappings"]["Queues"]["Ingest"]["MaxReceiveCount"]),
        "BCRYPT_COST": "4",
        "POWERTOOLS_SERVICE_NAME": "test",
        "POWERTOOLS_METRICS_NAMESPACE": "InferX",
        "POWERTOOLS_TRACE_DISABLED": "true",
    }


def build() -> Cloud:
    """Make every stateful resource of the template; call it inside ``moto.mock_aws``."""
    physical = _tables() | _queues() | {"Bucket": _bucket()}
    secret = resources("AWS::SecretsManager::Secret")["SigningKeys"]["GenerateSecretString"]
    value = json.loads(secret["SecretStringTemplate"]) | {secret["GenerateStringKey"]: "k" * 64}
    _client("secretsmanager").create_secret(Name="SigningKeys", SecretString=json.dumps(value))
    _client("ses").verify_email_identity(EmailAddress=os.environ["MAIL_SENDER"])
    return Cloud({**physical, "SigningKeys": "SigningKeys"})


def _tables() -> dict[str, str]:
    dynamodb = _client("dynamodb")
    for name, properties in resources("AWS::DynamoDB::Table").items():
        wanted = ("BillingMode", "AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes")
        dynamodb.create_table(
            TableName=name, **{key: properties[key] for key in wanted if key in properties}
        )
    return {name: name for name in resources("AWS::DynamoDB::Table")}


def _queues() -> dict[str, str]:
    sqs = _client("sqs")
    return {
        name: sqs.create_queue(QueueName=name, Attributes={"VisibilityTimeout": "0"})["QueueUrl"]
        for name in resources("AWS::SQS::Queue")
    }


def _bucket() -> str:
    s3 = _client("s3")
    name = os.environ["BUCKET"]
    s3.create_bucket(Bucket=name)
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    s3.put_bucket_notification_configuration(
        Bucket=name,
        NotificationConfiguration={
            "QueueConfigurations": [
                {
                    "QueueArn": f"arn:aws:sqs:{REGION}:123456789012:IngestQueue",
                    "Events": ["s3:ObjectCreated:*"],
                    "Filter": {"Key": {"FilterRules": [{"Name": "prefix", "Value": "uploads/"}]}},
                },
                {
                    "QueueArn": f"arn:aws:sqs:{REGION}:123456789012:BatchesQueue",
                    "Events": ["s3:ObjectCreated:*"],
                    "Filter": {
                        "Key": {
                            "FilterRules": [
                                {"Name": "prefix", "Value": "jobs/"},
                                {"Name": "suffix", "Value": "/input"},
                            ]
                        }
                    },
                },
            ]
        },
    )
    return name
