"""AWS clients: one session, each client made once in a warm container, when first needed."""

from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_ses import SESClient
    from mypy_boto3_sqs import SQSClient

# SigV4 for presigned URLs too: boto3's default there is the older SigV2, which regions opened
# since 2014 refuse. Path-style addressing follows the endpoint; botocore decides.
_CONFIG = Config(
    signature_version="s3v4",
    connect_timeout=2,
    read_timeout=10,
    retries={"mode": "standard", "max_attempts": 3},
)


@cache
def _client(service: str, config: Config | None = None) -> Any:
    return boto3.client(service, config=config)  # type: ignore[call-overload]  # name is a variable


def s3() -> "S3Client":
    """The S3 client; presigns with SigV4."""
    client: S3Client = _client("s3", _CONFIG)
    return client


def sqs() -> "SQSClient":
    """The SQS client."""
    client: SQSClient = _client("sqs")
    return client


def secrets() -> "SecretsManagerClient":
    """The Secrets Manager client."""
    client: SecretsManagerClient = _client("secretsmanager")
    return client


def ses() -> "SESClient":
    """The SES client."""
    client: SESClient = _client("ses")
    return client


def functions() -> "LambdaClient":
    """The Lambda client for conversions: as patient as the longest of them, and never twice."""
    patient = Config(read_timeout=330, retries={"mode": "standard", "max_attempts": 1})
    client: LambdaClient = _client("lambda", patient)
    return client


def forget() -> None:
    """Drop every client; for tests, whose endpoints and credentials change."""
    _client.cache_clear()
