"""DynamoDB out of order, as botocore reports it."""

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError

from inferx.storage.tables.connection import connection

_ENDPOINT = "https://dynamodb.us-east-1.amazonaws.com"


def client_error(code: str, reasons: list[str] | None = None) -> ClientError:
    """Make DynamoDB's own error.

    Args:
        code: its name for what is wrong.
        reasons: of a cancelled transaction, the code of each of its writes.
    """
    content: Any = {"Error": {"Code": code, "Message": f"{code} in arn:aws:dynamodb:internal"}}
    if reasons is not None:
        content["CancellationReasons"] = [{"Code": reason} for reason in reasons]
    return ClientError(content, "AnyOperation")


FAILURES: dict[str, Exception] = {
    "no connection": EndpointConnectionError(endpoint_url=_ENDPOINT),
    "timeout": ReadTimeoutError(endpoint_url=_ENDPOINT),
    "throttled": client_error("ProvisionedThroughputExceededException"),
    "internal": client_error("InternalServerError"),
    "denied": client_error("AccessDeniedException"),
}
"""Each kind of failure that is no outcome of a condition."""


def respond(monkeypatch: pytest.MonkeyPatch, outcomes: Iterator[Exception | None]) -> list[str]:
    """Let each call to DynamoDB have the next outcome.

    Args:
        monkeypatch: undoes it.
        outcomes: an error, or ``None`` for a call that succeeds and returns nothing.

    Returns:
        The names of the operations called, filled as they come.
    """
    operations: list[str] = []

    def call(operation: str, _: Any) -> dict[str, Any]:
        operations.append(operation)
        outcome = next(outcomes)
        if outcome is not None:
            raise outcome
        return {}

    monkeypatch.setattr(connection().client, "_make_api_call", call)
    return operations
