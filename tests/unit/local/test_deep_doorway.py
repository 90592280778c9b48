"""The function that stands for the image on the local stack, with a converter of two lines."""

import sys
from pathlib import Path
from typing import Any

import pytest

from local.deep_doorway import doorway, invocation
from tools.lambdas import Context

pytestmark = pytest.mark.process

CONVERTER = """
import os, time

def handler(event, context):
    print("a log line")
    if "raise" in event:
        raise LookupError("no such thing")
    if "exit" in event:
        os._exit(3)
    if "sleep" in event:
        time.sleep(60)
    return {
        "event": event,
        "id": context.aws_request_id,
        "tenant": context.tenant_id,
        "ms": context.get_remaining_time_in_millis(),
        "secret": os.environ.get("AWS_SECRET_ACCESS_KEY"),
        "service": os.environ.get("POWERTOOLS_SERVICE_NAME"),
    }
"""


@pytest.fixture(autouse=True)
def converter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Deploy the converter of two lines."""
    (tmp_path / "app.py").write_text(CONVERTER)
    monkeypatch.setenv(doorway.PYTHON, sys.executable)
    monkeypatch.setenv(doorway.PATHS, str(tmp_path))
    monkeypatch.setenv(doorway.INVOCATION, str(invocation.__file__))
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "convert_deep")


def call(seconds: float = 29, **event: Any) -> Any:
    return doorway.handler(event, Context("ConvertDeepFunction", seconds))


def test_the_converter_gets_the_event_and_the_context_and_its_result_comes_back() -> None:
    result = call(source_size=7)

    assert result["event"] == {"source_size": 7}
    assert len(result["id"]) == 36
    assert result["tenant"] is None
    assert 27_000 < result["ms"] <= 28_000
    assert result["service"] == "convert_deep"


def test_the_converter_gets_no_credentials() -> None:
    assert call()["secret"] is None


def test_what_the_converter_prints_is_a_log_and_no_result(
    capfd: pytest.CaptureFixture[str],
) -> None:
    call()

    assert "a log line" in capfd.readouterr().err


def test_an_error_has_the_name_and_the_message_of_the_converters() -> None:
    with pytest.raises(Exception, match="no such thing") as raised:
        call(**{"raise": True})

    assert type(raised.value).__name__ == "LookupError"


def test_a_converter_that_ends_is_reported_as_lambda_reports_it() -> None:
    with pytest.raises(Exception, match="exit status 3") as raised:
        call(exit=True)

    assert type(raised.value).__name__ == "Runtime.ExitError"


def test_a_converter_that_takes_too_long_is_ended_and_reported_as_lambda_reports_it() -> None:
    with pytest.raises(Exception, match="Task timed out after") as raised:
        call(seconds=1.5, sleep=True)

    assert type(raised.value).__name__ == "Sandbox.Timedout"
