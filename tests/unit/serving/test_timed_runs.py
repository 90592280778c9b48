"""A graph that loops or grows as a number in the request says is ended in time, and goes on."""

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from exported import graph
from exported.growing import growing_in
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


def squaring(sizes: str = "size") -> onnx.ModelProto:
    """Return a model that multiplies matrices of the size it is given sixty times.

    Args:
        sizes: what the matrices' size is taken from: the input's value, or its shape.
    """
    products = [
        helper.make_node("MatMul", [f"m{step}", f"m{step}"], [f"m{step + 1}"]) for step in range(60)
    ]
    nodes = [
        helper.make_node("Shape", ["x"], ["shape"]),
        helper.make_node(
            "Concat", ["x", "x"] if sizes == "size" else ["shape"] * 2, ["sizes"], axis=0
        ),
        helper.make_node("ConstantOfShape", ["sizes"], ["m0"]),
        *products,
        helper.make_node("Shape", ["m60"], ["size"]),
        helper.make_node("Gather", ["size", "zero"], ["y"]),
    ]
    described = helper.make_graph(
        nodes,
        "graph",
        [helper.make_tensor_value_info("x", _INT, [1])],
        [helper.make_tensor_value_info("y", _INT, [1])],
        [onnx.numpy_helper.from_array(np.array([0]), "zero")],
    )
    opset = helper.make_opsetid("", 21)
    return helper.make_model(described, opset_imports=[opset], ir_version=10)


def opened(made: onnx.ModelProto, tmp_path: Path) -> Model:
    signature = Signature(
        inputs=(TensorSpec("x", "int64", (1,)),),
        outputs=(TensorSpec("y", "int64", (1,)),),
        features=None,
        prediction="y",
        probabilities=None,
        classes=None,
        named_features=False,
    )
    graph.write(made, signature, tmp_path / "model.onnx")
    return Model(tmp_path / "model.onnx")


@pytest.fixture
def model(tmp_path: Path) -> Model:
    return opened(counting(), tmp_path)


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


def test_run_that_grows_as_a_number_says_is_ended_and_the_next_one_predicts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timed_runs, "MOST_SECONDS", 0.1)
    model = opened(squaring(), tmp_path)

    with pytest.raises(TookTooLong, match="makes tensors as large"):
        model.predict([1_000])

    assert model.predict([3])[0] == {"prediction": [3]}


def test_graph_that_grows_with_the_size_of_its_input_needs_no_timer() -> None:
    assert growing_in(squaring().graph) == ["ConstantOfShape"]
    assert growing_in(squaring("shape").graph) == []
