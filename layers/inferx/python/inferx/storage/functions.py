"""Invoking Lambda functions: waiting for their results, or not."""

import json
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from inferx.errors import Unavailable
from inferx.storage import aws


class FunctionFailed(Exception):
    """The function ran and ended without a result.

    Args:
        kind: Lambda's error type: ``Sandbox.Timedout``, ``Runtime.ExitError`` or the class of
            the exception that the function raised.
    """

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


def invoke(function: str, payload: Mapping[str, Any], *, tenant: str) -> Any:
    """Call the function in an execution environment that serves this tenant alone.

    Source: AWS Lambda Developer Guide, "Tenant isolation".

    Args:
        function: its name or ARN.
        payload: what JSON can hold.
        tenant: the tenant's id.

    Returns:
        What the function returned, as JSON has it.

    Raises:
        FunctionFailed: it raised, crashed or ran out of time.
        Unavailable: Lambda could not run it now.
    """
    content: Any
    try:
        response = aws.functions().invoke(
            FunctionName=function,
            InvocationType="RequestResponse",
            Payload=json.dumps(payload).encode(),
            TenantId=tenant,
        )
        content = json.loads(response["Payload"].read() or b"null")
    except (BotoCoreError, ClientError) as error:
        raise Unavailable from error
    if response.get("FunctionError"):
        raise FunctionFailed(_kind(content))
    return content


def start(function: str, payload: Mapping[str, Any]) -> None:
    """Have the function called once, soon, without waiting; Lambda tries again where it fails.

    Source: AWS Lambda Developer Guide, "Invoking a Lambda function asynchronously".

    Args:
        function: its name or ARN.
        payload: what JSON can hold.

    Raises:
        Unavailable: Lambda did not take it.
    """
    try:
        aws.starts().invoke(
            FunctionName=function, InvocationType="Event", Payload=json.dumps(payload).encode()
        )
    except (BotoCoreError, ClientError) as error:
        raise Unavailable from error


def _kind(content: Any) -> str:
    if not isinstance(content, dict):
        return "Unknown"
    # Lambda names a timeout in the message only: "… Task timed out after 300.00 seconds".
    if "Task timed out" in str(content.get("errorMessage")):
        return "Sandbox.Timedout"
    return str(content.get("errorType", "Unknown"))
