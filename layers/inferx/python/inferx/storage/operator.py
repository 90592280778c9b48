"""The AWS calls of an operator's commands, made with the operator's own profile.

Functions read secrets by :mod:`inferx.storage.signed.secrets`, which knows roles only.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import boto3
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    ProfileNotFound,
)

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_secretsmanager import SecretsManagerClient

_LOG_IN = "log in (`aws sso login`, `aws configure`) or choose a profile with AWS_PROFILE."
_DENIED = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"}
_BAD_CREDENTIALS = {
    "ExpiredToken",
    "ExpiredTokenException",
    "InvalidClientTokenId",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
}


class CommandFailed(Exception):
    """AWS did not do what a command asked; the message is one sentence for the operator."""


def resource_of(stack: str, logical_id: str) -> str:
    """Return the physical id of one of a stack's resources.

    Raises:
        CommandFailed: there is no such stack or resource, or AWS cannot be asked.
    """
    with _failures_in_sentences():
        client: CloudFormationClient = boto3.client("cloudformation")
        try:
            found = client.describe_stack_resource(StackName=stack, LogicalResourceId=logical_id)
        except ClientError as error:
            if error.response["Error"]["Code"] == "ValidationError":
                raise CommandFailed(
                    f"There is no stack {stack} with a resource {logical_id} in the region "
                    f"{client.meta.region_name}: name yours with STACK=."
                ) from error
            raise
    return found["StackResourceDetail"]["PhysicalResourceId"]


def read_secret(secret_id: str) -> Any:
    """Return the current value of a secret, parsed as JSON.

    Raises:
        CommandFailed: AWS does not give it.
    """
    with _failures_in_sentences():
        client: SecretsManagerClient = boto3.client("secretsmanager")
        return json.loads(client.get_secret_value(SecretId=secret_id)["SecretString"])


def write_secret(secret_id: str, value: Mapping[str, Any]) -> None:
    """Make ``value``, as JSON, the secret's current value.

    Raises:
        CommandFailed: AWS does not take it.
    """
    with _failures_in_sentences():
        client: SecretsManagerClient = boto3.client("secretsmanager")
        client.put_secret_value(SecretId=secret_id, SecretString=json.dumps(value))


@contextmanager
def _failures_in_sentences() -> Iterator[None]:
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise CommandFailed(_sentence(error)) from error


def _sentence(error: BotoCoreError | ClientError) -> str:
    if isinstance(error, ClientError):
        code, action = error.response["Error"]["Code"], error.operation_name
        if code in _DENIED:
            return f"Your AWS credentials do not allow {action}: use those of an administrator."
        if code in _BAD_CREDENTIALS:
            return f"AWS does not accept your credentials ({code}): {_LOG_IN}"
    if isinstance(error, NoRegionError):
        return "There is no AWS region: set AWS_DEFAULT_REGION or choose a profile that has one."
    if isinstance(error, (NoCredentialsError, PartialCredentialsError)):
        return f"There are no AWS credentials: {_LOG_IN}"
    if isinstance(error, ProfileNotFound):
        return f"{error}: choose another with AWS_PROFILE."
    if isinstance(error, EndpointConnectionError):
        return f"{error}: check the network and the region."
    return f"AWS failed: {' '.join(str(error).split())}"
