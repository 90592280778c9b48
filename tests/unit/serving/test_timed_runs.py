"""A graph that loops as a number in the request says is ended in time, and serves the next one."""

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from exported import graph
from inferx import deadline
from inferx.errors import TookTooLong
from inferx.manifest import Signature, TensorSpec
from inferx.serving import timed_runs
from inferx.serving.model import Model

_INT = TensorProto.INT64


def counting() -> onnx.ModelProto:
    """Return a model that counts up to the number it is given."""
    body = helper.make_graph(
        [
            helper.make_node("Identity", ["going"], ["still_going"]),
            helper.make_node("Add", ["before", "one"], ["after"]),
        ],
        "body",
        [
            helper.make_tensor_value_info("step", _INT, []),
            helper.make_tensor_value_info("going", TensorProto.BOOL, []),
            helper.make_tensor_value_info("before", _INT, [1]),
        ],
        [
            helper.make_tensor_value_info("still_going", TensorProto.BOOL, []),
            helper.make_tensor_value_info("after", _INT, [1]),
        ],
    )
    constants = [
        onnx.numpy_helper.from_array(np.array([value]), name)
        for name, value in (("one", 1), ("zero", 0))
    ]
    loop = helper.make_node("Loop", ["x", "", "zero"], ["y"], body=body)
    described = helper.make_graph(
        [loop],
        "graph",
        [helper.make_tensor_value_info("x", _INT, [1])],
        [helper.make_tensor_value_info("y", _INT, [1])],
        constants,
    )
    opset = helper.make_opsetid("", 21)
    return helper.make_model(described, opset_imports=[opset], ir_version=10)


@pytest.fixture
def model(tmp_path: Path) -> Model:
    signature = Signature(
        inputs=(TensorSpec("x", "int64", (1,)),),
        outputs=(TensorSpec("y", "int64", (1,)),),
        features=None,
        prediction="y",
        probabilities=None,
        classes=None,
        named_features=False,
    )
    graph.write(counting(), signature, tmp_path / "model.onnx")
    return Model(tmp_path / "model.onnx")


def test_run_that_does_not_end_is_ended_and_the_next_one_predicts(
    model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timed_runs, "MOST_SECONDS", 0.3)

    with pytest.raises(TookTooLong, match="does not end in time"):
        model.predict([10**15])

    assert model.predict([3])[0] == {"prediction": [3]}


def test_run_ends_before_its_invocation(model: Model) -> None:
    deadline.start(deadline.MARGIN_S + 0.3)

    with pytest.raises(TookTooLong):
        model.predict([10**15])


def test_graph_lists_what_loops_in_it() -> None:
    assert graph.loops_in(counting().graph) == ["Loop"]
