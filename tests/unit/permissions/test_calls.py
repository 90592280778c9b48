"""Requests as IAM sees them: an action on a resource."""

from typing import Any

import pytest

from tools.permissions.calls import calls_of

TABLE = "arn:aws:dynamodb:us-east-1:123456789012:table/ModelsTable"
OBJECT = "arn:aws:s3:::bucket/key"

REQUESTS: list[tuple[str, str, dict[str, Any], set[tuple[str, str]]]] = [
    ("dynamodb", "GetItem", {"TableName": "ModelsTable"}, {("dynamodb:GetItem", TABLE)}),
    (
        "dynamodb",
        "Query",
        {"TableName": "ModelsTable", "IndexName": "ByDue"},
        {("dynamodb:Query", f"{TABLE}/index/ByDue")},
    ),
    (
        "dynamodb",
        "TransactWriteItems",
        {
            "TransactItems": [
                {"Put": {"TableName": "ModelsTable"}},
                {"ConditionCheck": {"TableName": "ModelsTable"}},
            ]
        },
        {("dynamodb:PutItem", TABLE), ("dynamodb:ConditionCheckItem", TABLE)},
    ),
    ("s3", "HeadObject", {"Bucket": "bucket", "Key": "key"}, {("s3:GetObject", OBJECT)}),
    (
        "s3",
        "GetObject",
        {"Bucket": "bucket", "Key": "key", "VersionId": "1"},
        {("s3:GetObjectVersion", OBJECT)},
    ),
    (
        "s3",
        "DeleteObjects",
        {"Bucket": "bucket", "Delete": {"Objects": [{"Key": "key", "VersionId": "1"}]}},
        {("s3:DeleteObject", OBJECT), ("s3:DeleteObjectVersion", OBJECT)},
    ),
    (
        "s3",
        "UploadPartCopy",
        {"Bucket": "bucket", "Key": "key", "CopySource": {"Bucket": "bucket", "Key": "other"}},
        {("s3:GetObject", "arn:aws:s3:::bucket/other"), ("s3:PutObject", OBJECT)},
    ),
    (
        "sqs",
        "SendMessage",
        {"QueueUrl": "https://sqs.test/123456789012/MailQueue"},
        {("sqs:SendMessage", "arn:aws:sqs:us-east-1:123456789012:MailQueue")},
    ),
]


@pytest.mark.parametrize(("service", "operation", "parameters", "needed"), REQUESTS)
def test_a_request_needs_these_permissions(
    service: str, operation: str, parameters: dict[str, Any], needed: set[tuple[str, str]]
) -> None:
    assert {tuple(call) for call in calls_of(service, operation, parameters)} == needed


def test_a_service_that_no_function_uses_is_reported() -> None:
    with pytest.raises(LookupError, match="iam CreateUser"):
        list(calls_of("iam", "CreateUser", {}))
