"""What a handler raises: Lambda logs its text, so that is a sentence of ours."""

import json
from typing import Any

import pytest

from inferx.errors import ArtifactMissing, BadInput, Broken, Unavailable
from inferx.telemetry.uncaught import logged_without_text
from tools.cloud import environment
from tools.lambdas import Context, app

SECRET = "a secret value"


def _fail(*_: object, **__: object) -> None:
    raise KeyError(SECRET)


@pytest.fixture(autouse=True)
def _settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environment().items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize("raised", [KeyError(SECRET), BadInput(SECRET), Broken(SECRET)])
def test_the_text_of_an_error_does_not_leave(
    raised: Exception, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(Broken) as caught, logged_without_text("it failed", step="plan"):
        raise raised

    line = json.loads(capsys.readouterr().out)
    assert str(caught.value) == Broken.detail
    assert (line["message"], line["step"], line["error"]) == (
        "it failed",
        "plan",
        type(raised).__name__,
    )
    assert SECRET not in json.dumps(line)


@pytest.mark.parametrize("kind", [Unavailable, ArtifactMissing])
def test_a_fault_keeps_its_name_by_which_it_is_tried_again(kind: type[Broken]) -> None:
    with pytest.raises(kind) as caught, logged_without_text("it failed"):
        raise kind(SECRET)

    assert type(caught.value) is kind
    assert SECRET not in str(caught.value)


JOB = {"owner_id": "o", "job_id": "j"}
HANDLERS: list[tuple[str, str, dict[str, Any]]] = [
    ("JobsPlanFunction", "inferx.batch.steps.join", {"step": "join", **JOB}),
    ("BatchWorkerFunction", "inferx.batch.steps.work", {"part": {"number": 1}, **JOB}),
    ("ReconcileFunction", "inferx.jobs.expiry.sweep", {}),
    ("ConvertFunction", "sandbox.service.serve", {}),
]


@pytest.mark.parametrize(("function", "failing", "event"), HANDLERS, ids=lambda each: str(each)[:9])
def test_handlers_whose_errors_lambda_logs_raise_no_text_of_a_library(
    function: str,
    failing: str,
    event: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("sandbox.doorway.keep_memory_private", lambda: None)
    handler = app(function)
    monkeypatch.setattr(failing, _fail)
    if function == "JobsPlanFunction":
        monkeypatch.setitem(handler._STEPS, "join", _fail)
    if function == "ConvertFunction":
        monkeypatch.setattr("sandbox.doorway.ConversionRequest.from_dict", lambda _: None)

    with pytest.raises(Broken) as caught:
        handler.handler(event, Context(function))

    printed = capsys.readouterr()
    assert SECRET not in str(caught.value) + printed.out + printed.err
    assert '"error": "KeyError"' in printed.out
