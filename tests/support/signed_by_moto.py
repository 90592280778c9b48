"""The hand-signed AWS calls made through boto3, which moto intercepts; it cannot see raw sockets.

The deployed stack's tests and ``tests/unit/identity`` prove the signed calls themselves.
"""

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import IO, Any

import boto3
from botocore import xform_name
from botocore.exceptions import ClientError

from inferx.storage.signed.exchange import Declined


def call(service: str, operation: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Do what :func:`inferx.storage.signed.json_api.call` does."""
    client = boto3.client(service)  # type: ignore[call-overload]  # the name is a variable
    try:
        output: dict[str, Any] = getattr(client, xform_name(operation))(**parameters)
    except ClientError as error:
        raise Declined(error.response["Error"]["Code"]) from error
    return output


@contextmanager
def get_object(bucket: str, key: str) -> Iterator[tuple[int, IO[bytes]]]:
    """Do what :func:`inferx.storage.signed.s3.get_object` does."""
    try:
        output = boto3.client("s3").get_object(Bucket=bucket, Key=key)
    except ClientError as error:
        raise Declined(error.response["Error"]["Code"]) from error
    yield output["ContentLength"], io.BytesIO(output["Body"].read())


def put_object(bucket: str, key: str, content: bytes) -> None:
    """Do what :func:`inferx.storage.signed.s3.put_object` does."""
    try:
        boto3.client("s3").put_object(Bucket=bucket, Key=key, Body=content)
    except ClientError as error:
        raise Declined(error.response["Error"]["Code"]) from error
