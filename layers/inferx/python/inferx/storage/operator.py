"""What an operator's commands need of AWS, with the operator's own profile.

Functions read secrets by :mod:`inferx.storage.signed.secrets`, which knows roles only.
"""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import boto3

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_secretsmanager import SecretsManagerClient


def resource_of(stack: str, logical_id: str) -> str:
    """The physical id of one of a stack's resources."""
    client: CloudFormationClient = boto3.client("cloudformation")
    told = client.describe_stack_resource(StackName=stack, LogicalResourceId=logical_id)
    return told["StackResourceDetail"]["PhysicalResourceId"]


def read_secret(secret_id: str) -> Any:
    """The current value of a secret, parsed as JSON."""
    client: SecretsManagerClient = boto3.client("secretsmanager")
    return json.loads(client.get_secret_value(SecretId=secret_id)["SecretString"])


def write_secret(secret_id: str, value: Mapping[str, Any]) -> None:
    """Make ``value``, as JSON, the secret's current value."""
    client: SecretsManagerClient = boto3.client("secretsmanager")
    client.put_secret_value(SecretId=secret_id, SecretString=json.dumps(value))
