"""What libraries log arrives as lines of ours, without its text."""

import json
import logging
from collections.abc import Iterator

import pytest

from inferx.telemetry.context import begin
from inferx.telemetry.library_logs import capture_library_logs


@pytest.fixture(autouse=True)
def _captured() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    begin("request-1")
    capture_library_logs()
    yield
    root.handlers = handlers
    root.setLevel(level)


def test_a_librarys_warning_is_a_line_that_names_its_place(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logging.getLogger("some.library").warning("Bad value %r", "a secret value")

    printed = capsys.readouterr()
    line = json.loads(printed.out)
    assert line["level"] == "WARNING"
    assert line["logger"] == "some.library"
    assert line["request_id"] == "request-1"
    assert "test_library_logs.py" in line["place"]
    assert "secret" not in printed.out + printed.err


def test_a_librarys_exception_is_logged_by_its_type(capsys: pytest.CaptureFixture[str]) -> None:
    error = KeyError("a secret value")

    logging.getLogger("some.library").error("It failed: %s", error, exc_info=error)

    printed = capsys.readouterr()
    assert json.loads(printed.out)["error"] == "KeyError"
    assert json.loads(printed.out)["level"] == "ERROR"
    assert "secret" not in printed.out + printed.err


def test_what_a_library_mentions_in_passing_is_dropped(capsys: pytest.CaptureFixture[str]) -> None:
    logging.getLogger("some.library").info("Found credentials in environment variables.")

    assert capsys.readouterr().out == ""
