"""Invoking functions for a tenant, and the kinds of their failures."""

import json
from io import BytesIO
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from inferx.errors import Unavailable
from inferx.storage import aws, functions


class FakeLambda:
    """Stands in for Lambda's client, and remembers how it was called."""

    def __init__(self, content: Any = None, failed: bool = False, raising: Any = None) -> None:
        self.content, self.failed, self.raising = content, failed, raising
        self.called: dict[str, Any] = {}

    def invoke(self, **called: Any) -> dict[str, Any]:
        """Lambda's Invoke."""
        self.called = called
        if self.raising:
            raise self.raising
        answer: dict[str, Any] = {"Payload": BytesIO(json.dumps(self.content).encode())}
        return answer | ({"FunctionError": "Unhandled"} if self.failed else {})


def invoke(monkeypatch: pytest.MonkeyPatch, fake: FakeLambda) -> Any:
    """Invoke a function through the fake."""
    monkeypatch.setattr(aws, "functions", lambda: fake)
    return functions.invoke("convert", {"file_size": 1}, tenant="owner")


def test_the_function_runs_for_its_tenant(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = FakeLambda({"status": "converted"})

    assert invoke(monkeypatch, fake) == {"status": "converted"}
    assert fake.called["TenantId"] == "owner"
    assert json.loads(fake.called["Payload"]) == {"file_size": 1}


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ({"errorMessage": "2026-11-23 id Task timed out after 300.00 seconds"}, "Sandbox.Timedout"),
        ({"errorType": "Runtime.ExitError"}, "Runtime.ExitError"),
        ({"errorType": "Unavailable", "errorMessage": "…"}, "Unavailable"),
        ({}, "Unknown"),
        (None, "Unknown"),
    ],
)
def test_a_failure_has_the_kind_that_lambda_reports(
    monkeypatch: pytest.MonkeyPatch, content: Any, kind: str
) -> None:
    with pytest.raises(functions.FunctionFailed) as failure:
        invoke(monkeypatch, FakeLambda(content, failed=True))

    assert failure.value.kind == kind


@pytest.mark.parametrize(
    "trouble",
    [
        ClientError({"Error": {"Code": "TooManyRequestsException"}}, "Invoke"),
        EndpointConnectionError(endpoint_url="https://lambda"),
    ],
)
def test_a_function_that_lambda_cannot_run_now_is_unavailable(
    monkeypatch: pytest.MonkeyPatch, trouble: Exception
) -> None:
    with pytest.raises(Unavailable):
        invoke(monkeypatch, FakeLambda(raising=trouble))
