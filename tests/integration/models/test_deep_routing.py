"""Files of Keras and PyTorch: `convert` hands them on to `convert_deep`, where there is one."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from inferx import deadline
from inferx.settings import forget
from inferx.storage import functions
from inferx.storage.functions import FunctionFailed
from tests.integration.models.conftest import Reserve, Upload, send
from tests.support.fake_converter import ONNX, FakeConverter, manifest
from tools.cloud import Cloud

ADVICE = "This is a Keras file; export it with model.export('model.onnx', format='onnx')."
HANDED_ON = {"status": "deep", "advice": ADVICE}
CONVERTED = {"status": "converted", "manifest": manifest(framework="keras")}

type Deliver = Callable[[], list[Any]]


class Converters:
    """Both converters: `first` reads the file and hands it on, `deep` converts it.

    Attributes:
        called: the functions that were invoked, in order.
    """

    def __init__(self) -> None:
        self.first, self.deep = FakeConverter(), FakeConverter()
        self.first.outcome, self.first.result = HANDED_ON, None
        self.deep.outcome = CONVERTED
        self.called: list[str] = []

    def __call__(self, function: str, payload: Mapping[str, Any], *, tenant: str) -> Any:
        """Invoke the one that the function's name means."""
        self.called.append(function)
        converter = self.deep if function == "ConvertDeepFunction" else self.first
        return converter(function, payload, tenant=tenant)


@pytest.fixture
def converters(db: Cloud, sandbox: FakeConverter, monkeypatch: pytest.MonkeyPatch) -> Converters:
    """Return both converters, the second one deployed."""
    monkeypatch.setenv("CONVERT_DEEP_FUNCTION", "ConvertDeepFunction")
    forget()
    both = Converters()
    monkeypatch.setattr(functions, "invoke", both)
    return both


def test_a_deep_network_is_handed_on_and_becomes_ready(
    converters: Converters, upload: Upload
) -> None:
    model = upload()

    assert (model["status"], model["framework"]) == ("ready", "keras")
    assert converters.called == ["ConvertFunction", "ConvertDeepFunction"]


def test_the_second_converter_serves_the_same_owner_and_the_same_file(
    converters: Converters, upload: Upload
) -> None:
    upload()

    (first,), (second,) = converters.first.requests, converters.deep.requests
    assert converters.deep.tenants == converters.first.tenants
    assert second.source_url.split("?")[0] == first.source_url.split("?")[0]
    assert second.result_url.split("?")[0] == first.result_url.split("?")[0]
    assert second.source_size == first.source_size


def test_a_file_that_the_first_converter_takes_is_not_handed_on(
    converters: Converters, upload: Upload
) -> None:
    converters.first.outcome = {"status": "converted", "manifest": manifest()}
    converters.first.result = ONNX

    model = upload()

    assert model["status"] == "ready"
    assert converters.called == ["ConvertFunction"]


def test_the_second_converters_refusal_is_the_models_error(
    converters: Converters, upload: Upload
) -> None:
    converters.deep.refuse("The layer 'lambda' is a Lambda layer, whose code is not run here.")

    model = upload()

    assert model["status"] == "failed"
    assert model["error"] == "The layer 'lambda' is a Lambda layer, whose code is not run here."


def test_a_file_is_not_handed_on_twice(converters: Converters, upload: Upload) -> None:
    converters.deep.outcome, converters.deep.result = HANDED_ON, None

    model = upload()

    assert model["error"] == "The conversion gave no usable description of the model."
    assert converters.called == ["ConvertFunction", "ConvertDeepFunction"]


def test_a_network_that_exhausts_the_second_converter_is_refused(
    converters: Converters, upload: Upload
) -> None:
    converters.deep.failure = FunctionFailed("Runtime.OutOfMemory")

    model = upload()

    assert model["error"] == "The conversion took more time or memory than it may."


def test_a_second_converter_that_breaks_is_tried_again(
    converters: Converters, reserve: Reserve, deliver: Deliver
) -> None:
    send(reserve()["upload"])
    converters.deep.failure = FunctionFailed("Unavailable")

    responses = deliver()

    assert any(response["batchItemFailures"] for response in responses)


def test_a_network_is_handed_on_at_the_next_receive_when_too_little_time_is_left(
    converters: Converters, reserve: Reserve, deliver: Deliver
) -> None:
    send(reserve()["upload"])
    converters.first.meanwhile = lambda: deadline.start(300)  # it took 90 s to start

    responses = deliver()

    assert any(response["batchItemFailures"] for response in responses)
    assert converters.called == ["ConvertFunction"]


def test_without_a_second_converter_the_owner_reads_how_to_export_to_onnx(
    converters: Converters, upload: Upload, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONVERT_DEEP_FUNCTION", "")
    forget()

    model = upload()

    assert model["status"] == "failed"
    assert model["error"] == (
        "This service has no converter for Keras and PyTorch files; its operator adds one with "
        f"`make deploy-image`. {ADVICE}"
    )
    assert converters.called == ["ConvertFunction"]


def test_advice_of_any_length_fits_what_a_model_may_show(
    converters: Converters, upload: Upload, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONVERT_DEEP_FUNCTION", "")
    forget()
    converters.first.outcome = {"status": "deep", "advice": "x" * 500}

    assert len(upload()["error"]) == 500
