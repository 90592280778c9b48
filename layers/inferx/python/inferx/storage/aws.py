"""AWS clients: one session, each client made once in a warm container, when first needed.

They are botocore's own: importing boto3 adds a seventh to the time of a first client, and
nothing here uses what it adds.
"""

import os
from functools import cache
from typing import TYPE_CHECKING, Any

import botocore.session
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_ses import SESClient
    from mypy_boto3_sqs import SQSClient

# SigV4 for presigned URLs too: the default there is the older SigV2, which regions opened
# since 2014 refuse. And the bucket's regional name in them: the global one redirects, which a
# browser's upload does not survive. An emulator's endpoint is addressed as botocore likes.
_CONFIG = Config(
    signature_version="s3v4",
    s3=None
    if "AWS_ENDPOINT_URL" in os.environ
    else {"addressing_style": "virtual", "us_east_1_regional_endpoint": "regional"},
    connect_timeout=2,
    read_timeout=10,
    retries={"mode": "standard", "max_attempts": 3},
)
_PATIENT = Config(read_timeout=330, retries={"mode": "standard", "max_attempts": 1})


@cache
def _session() -> Any:
    return botocore.session.get_session()


@cache
def _client(service: str, config: Config | None = None) -> Any:
    return _session().create_client(service, config=config)


def s3() -> "S3Client":
    """The S3 client; presigns with SigV4, for the regional endpoint."""
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
    client: LambdaClient = _client("lambda", _PATIENT)
    return client


def forget() -> None:
    """Drop the session and every client; for tests, whose endpoints and credentials change."""
    _session.cache_clear()
    _client.cache_clear()
