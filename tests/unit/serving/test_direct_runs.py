"""Runs without the wrapper's checks give the same, and fail for the same reasons."""

from pathlib import Path

import numpy as np
import pytest

from inferx.onnx_session import PROVIDERS, RUN_ERRORS, ort, session_options
from inferx.serving.direct_runs import DirectRuns
from tools import onnx_models


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> ort.InferenceSession:
    path: Path = tmp_path_factory.mktemp("model") / "model.onnx"
    path.write_bytes(onnx_models.iris()[2])
    return ort.InferenceSession(path, session_options(), PROVIDERS)


def test_outputs_are_those_of_the_wrapper(session: ort.InferenceSession) -> None:
    rows = {session.get_inputs()[0].name: np.array([[5.1, 3.5, 1.4, 0.2], [6.0, 3.0, 5.0, 2.0]])}
    names = [output.name for output in session.get_outputs()]

    given = DirectRuns(session).run(names, rows)

    for ours, theirs in zip(given, session.run(names, rows), strict=True):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param({"other": np.zeros((1, 4))}, id="another name"),
        pytest.param({}, id="nothing"),
        pytest.param({"X": np.zeros((1, 4), np.float32)}, id="another type"),
        pytest.param({"X": np.zeros((1, 5))}, id="another shape"),
    ],
)
def test_the_runtime_refuses_what_it_cannot_take(
    session: ort.InferenceSession, rows: dict[str, np.ndarray]
) -> None:
    with pytest.raises(RUN_ERRORS):
        DirectRuns(session).run([session.get_outputs()[0].name], rows)


def test_a_session_without_an_inner_one_is_run_itself() -> None:
    class Plain:
        def run(self, outputs: list[str], tensors: object, options: object) -> list[str]:
            return [*outputs, "run"]

    assert DirectRuns(Plain()).run(["y"], {}) == ["y", "run"]
