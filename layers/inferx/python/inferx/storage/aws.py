"""AWS clients: one session, each client made once in a warm container, when first needed.

They are botocore's own: importing boto3 adds a seventh to the time of a first client, and
nothing here uses what it adds.

A function behind the API has 29 seconds. So a call gives up well before that, and no attempt
begins after the invocation's deadline (:mod:`inferx.deadline`), whatever went before it.
"""

import os
from functools import cache
from typing import TYPE_CHECKING, Any

import botocore.session
from botocore.config import Config
from botocore.exceptions import NoCredentialsError

from inferx import deadline
from inferx.errors import Unavailable

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_ses import SESClient
    from mypy_boto3_sqs import SQSClient

# SigV4 for presigned URLs too: the default there is the older SigV2, which regions opened
# since 2014 refuse. And the bucket's regional name in them: the global one redirects, which a
# browser's upload does not survive. An emulator's endpoint is addressed as botocore likes.
_OBJECTS = Config(
    signature_version="s3v4",
    s3=None
    if "AWS_ENDPOINT_URL" in os.environ
    else {"addressing_style": "virtual", "us_east_1_regional_endpoint": "regional"},
    connect_timeout=2,
    read_timeout=5,
    retries={"mode": "standard", "total_max_attempts": 2},
)
# Batches read and write files of gigabytes, and no one waits for a single call.
_FILES = _OBJECTS.merge(
    Config(
        read_timeout=60,
        max_pool_connections=16,
        retries={"mode": "standard", "total_max_attempts": 6},
    )
)
# Requests wait for the queue, or for Lambda's, so it is given up soon.
_MESSAGES = Config(
    connect_timeout=1,
    read_timeout=4,
    retries={"mode": "standard", "total_max_attempts": 2},
)
# A conversion may take 300 s, and one that is asked for again is done twice.
_CONVERSIONS = Config(
    connect_timeout=2,
    read_timeout=330,
    retries={"mode": "standard", "total_max_attempts": 1},
)


def require_time(**_: Any) -> None:
    """Allow an attempt to begin; botocore calls it before each.

    Raises:
        Unavailable: the invocation's time is over.
    """
    if not deadline.remaining(1):
        raise Unavailable


@cache
def _session() -> Any:
    session = botocore.session.get_session()
    session.register("request-created", require_time)
    return session


@cache
def _client(service: str, config: Config) -> Any:
    return _session().create_client(service, config=config)


def s3() -> "S3Client":
    """Return the S3 client; it presigns with SigV4, for the regional endpoint."""
    client: S3Client = _client("s3", _OBJECTS)
    return client


def s3_files() -> "S3Client":
    """Return the S3 client of batches: it is patient."""
    client: S3Client = _client("s3", _FILES)
    return client


def sqs() -> "SQSClient":
    """Return the SQS client."""
    client: SQSClient = _client("sqs", _MESSAGES)
    return client


def ses() -> "SESClient":
    """Return the SES client."""
    client: SESClient = _client("ses", _MESSAGES)
    return client


def functions() -> "LambdaClient":
    """Return the Lambda client: it waits for the longest conversion, and never asks twice."""
    client: LambdaClient = _client("lambda", _CONVERSIONS)
    return client


def starts() -> "LambdaClient":
    """Return the Lambda client of asynchronous invocations, which requests wait for."""
    client: LambdaClient = _client("lambda", _MESSAGES)
    return client


def require_credentials() -> None:
    """Raise unless there is something to sign with.

    botocore checks that itself except when it signs a form.

    Raises:
        NoCredentialsError: there is not.
    """
    if _session().get_credentials() is None:
        raise NoCredentialsError


def forget() -> None:
    """Drop the session and every client; for tests, whose endpoints and credentials change."""
    _session.cache_clear()
    _client.cache_clear()
