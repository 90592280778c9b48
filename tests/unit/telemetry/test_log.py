"""Log lines: one JSON object each, with the ids of their request and no text of an error."""

import json
from contextvars import ContextVar
from typing import Any

import pytest
from botocore.exceptions import ClientError

from inferx.errors import Unavailable
from inferx.storage.signed.exchange import Declined
from inferx.telemetry import metrics
from inferx.telemetry.context import begin, bind
from inferx.telemetry.log import log
from inferx.telemetry.metrics import measure


@pytest.fixture(autouse=True)
def _outside_a_request(monkeypatch: pytest.MonkeyPatch) -> None:
    empty: ContextVar[dict[str, str]] = ContextVar("fields", default={})  # noqa: B039 - only read
    monkeypatch.setattr("inferx.telemetry.context._fields", empty)


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_line_has_the_ids_of_its_request(capsys: pytest.CaptureFixture[str]) -> None:
    begin("request-1")
    bind(owner_id="owner-1")

    log("info", "done", rows=3)

    (line,) = lines(capsys)
    assert (line["request_id"], line["owner_id"], line["rows"]) == ("request-1", "owner-1", 3)


def test_nothing_of_one_request_is_left_in_the_next(capsys: pytest.CaptureFixture[str]) -> None:
    begin("request-1", message_id="message-1")
    bind(owner_id="owner-1")
    begin("request-2")

    log("info", "done")

    (line,) = lines(capsys)
    assert line["request_id"] == "request-2"
    assert not {"owner_id", "message_id"} & line.keys()


def test_a_line_outside_a_request_has_no_ids(capsys: pytest.CaptureFixture[str]) -> None:
    log("info", "started")

    assert "request_id" not in lines(capsys)[0]


def test_a_measurement_has_the_ids_and_not_as_dimensions(
    capsys: pytest.CaptureFixture[str],
) -> None:
    begin("request-1")
    bind(owner_id="owner-1")

    measure("answered", {"ColdLoads": 1, "Latency": 0.5}, model_id='"m"', rows=2)

    (line,) = lines(capsys)
    assert (line["request_id"], line["owner_id"]) == ("request-1", "owner-1")
    assert (line["model_id"], line["rows"], line["Latency"]) == ('"m"', 2, 0.5)
    (directive,) = line["_aws"]["CloudWatchMetrics"]
    assert directive["Dimensions"] == [["service"]]
    latency = {"Name": "Latency", "Unit": "Milliseconds"}
    assert directive["Metrics"] == [{"Name": "ColdLoads"}, latency]


def test_the_model_is_a_dimension_where_the_stack_measures_each_model(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MODEL_METRICS", "true")
    begin("request-1")
    metrics._head.cache_clear()

    try:
        measure("answered", {"Latency": 0.5}, model_id="m")
        measure("reconciled", {"DriftedBytes": 0})
    finally:
        metrics._head.cache_clear()

    of_model, of_service = (line["_aws"]["CloudWatchMetrics"][0] for line in lines(capsys))
    assert of_model["Dimensions"] == [["service"], ["service", "model_id"]]
    assert of_service["Dimensions"] == [["service"]]


def test_an_error_is_logged_by_type_and_place_without_its_text(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(ValueError, match="secret") as caught:
        int("a secret value")

    log("error", "failed", error=caught.value)

    printed = capsys.readouterr().out
    assert json.loads(printed)["error"] == "ValueError"
    assert "test_log.py" in json.loads(printed)["stack"][0]
    assert "secret" not in printed


def test_the_causes_of_an_error_are_logged_by_type_and_aws_code(
    capsys: pytest.CaptureFixture[str],
) -> None:
    throttled = ClientError(
        {"Error": {"Code": "ThrottlingException", "Message": "a secret value"}}, "Query"
    )
    unavailable = Unavailable()
    unavailable.__cause__ = throttled
    throttled.__cause__ = Declined("AccessDenied")

    log("error", "failed", error=unavailable)

    printed = capsys.readouterr().out
    assert json.loads(printed)["causes"] == [
        "ClientError ThrottlingException",
        "Declined AccessDenied",
    ]
    assert "secret" not in printed


def test_lines_below_the_level_are_dropped(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOG_LEVEL", "WARNING")

    log("info", "quiet")
    log("warning", "loud")

    assert [line["message"] for line in lines(capsys)] == ["loud"]
