"""The real child processes on real files: what they convert, refuse and survive."""

import pickle
import time
from pathlib import Path

import pytest
from onnx import TensorProto, helper

from inferx.conversion.contract import ConversionRefused, Converted, DeepNetwork, Outcome
from sandbox import service
from tools.conversion.estimator_zoo import small_pipeline

pytestmark = [pytest.mark.process, pytest.mark.slow]


def workspace(directory: Path, content: bytes) -> Path:
    directory.mkdir()
    (directory / "source").write_bytes(content)
    return directory


def convert(directory: Path, **limits: float) -> Outcome:
    return service.run_conversion(directory, "converter.job", **limits)


def test_logistic_regression_becomes_a_manifest_and_a_file(tmp_path: Path) -> None:
    directory = workspace(tmp_path / "job", pickle.dumps(small_pipeline()))

    outcome = convert(directory)

    assert isinstance(outcome, Converted)
    assert outcome.manifest.signature.classes == ("setosa", "versicolor", "virginica")
    assert outcome.manifest.session.memory_bytes > 0
    assert outcome.manifest.onnx_size == (directory / "model.onnx").stat().st_size


def test_hostile_file_is_refused_and_the_next_one_is_converted(tmp_path: Path) -> None:
    hostile = workspace(tmp_path / "hostile", b"cos\nsystem\n(S'touch pwned'\ntR.")
    honest = workspace(tmp_path / "honest", pickle.dumps(small_pipeline()))

    refused = convert(hostile)
    converted = convert(honest)

    assert isinstance(refused, ConversionRefused)
    assert not (hostile / "pwned").exists()
    assert isinstance(converted, Converted)


def test_conversion_that_takes_too_long_ends_in_time(tmp_path: Path) -> None:
    directory = workspace(tmp_path / "job", pickle.dumps(small_pipeline()))
    started = time.monotonic()

    outcome = convert(directory, seconds=0.2)  # the libraries alone take longer to import

    assert outcome == ConversionRefused(
        "Converting this model takes longer than 0 seconds, which is what a file of its size may "
        "take."
    )
    assert time.monotonic() - started < 10


def test_session_that_costs_too_much_is_refused_with_the_numbers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "SESSION_BYTES", 1 << 20)
    directory = workspace(tmp_path / "job", pickle.dumps(small_pipeline()))

    outcome = convert(directory)

    assert isinstance(outcome, ConversionRefused)
    assert "MB of memory when it is open, and 1 MB can be served" in outcome.detail


def test_file_of_keras_is_left_to_another_converter_with_its_export(tmp_path: Path) -> None:
    directory = workspace(tmp_path / "job", b"\x89HDF\r\n\x1a\n" + bytes(64))

    outcome = convert(directory)

    assert isinstance(outcome, DeepNetwork)
    assert "format='onnx'" in outcome.advice


def test_graph_that_reserves_what_a_request_says_is_refused(tmp_path: Path) -> None:
    graph = helper.make_graph(
        [helper.make_node("ConstantOfShape", ["x"], ["y"])],
        "graph",
        [helper.make_tensor_value_info("x", TensorProto.INT64, [1])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n"])],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)
    directory = workspace(tmp_path / "job", model.SerializeToString())

    outcome = convert(directory)

    assert isinstance(outcome, ConversionRefused)
    assert "more memory for one row whose numbers are extreme" in outcome.detail
