"""Whole numbers are divided by -1 without ending the process, and otherwise as before."""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from converter.uploaded_onnx import adopt
from exported.divisions import make_divisions_safe
from inferx.errors import Refused
from inferx.onnx_session import PROVIDERS, ort, session_options

_KINDS = [(TensorProto.INT32, np.int32), (TensorProto.INT64, np.int64)]


def _dividing(
    kind: int, nodes: list[onnx.NodeProto] | None = None, opset: int = 21, **constants: Any
) -> onnx.ModelProto:
    """Return a model that divides its inputs a by b, or has these nodes."""
    graph = helper.make_graph(
        nodes or [helper.make_node("Div", ["a", "b"], ["y"])],
        "graph",
        [helper.make_tensor_value_info(name, kind, [None]) for name in "ab"],
        [helper.make_tensor_value_info("y", kind, [None])],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    imports = [helper.make_opsetid("", opset)]
    return helper.make_model(graph, opset_imports=imports, ir_version=8)


def _run(model: onnx.ModelProto, **feed: Any) -> Any:
    session = ort.InferenceSession(model.SerializeToString(), session_options(), PROVIDERS)
    return session.run(None, feed)[0]


@pytest.mark.parametrize(("kind", "dtype"), _KINDS)
def test_smallest_number_is_divided_by_minus_one(kind: int, dtype: Any, tmp_path: Path) -> None:
    smallest = np.iinfo(dtype).min
    (tmp_path / "source").write_bytes(_dividing(kind).SerializeToString())

    adopt(tmp_path / "source", tmp_path / "model.onnx")

    served = onnx.load(tmp_path / "model.onnx")
    result = _run(served, a=np.array([smallest, 7], dtype), b=np.array([-1, -1], dtype))
    assert result.tolist() == [smallest, -7]  # as it is negated, too


@pytest.mark.parametrize(("kind", "dtype"), _KINDS)
def test_other_numbers_are_divided_as_before(kind: int, dtype: Any) -> None:
    bounds = np.iinfo(dtype)
    values = [bounds.min + 1, bounds.max, -7, -2, -1, 0, 1, 2, 7]
    pairs = [(a, b) for a in values for b in values if b]
    divided, by = (np.array(side, dtype) for side in zip(*pairs, strict=True))
    model = _dividing(kind)
    before = _run(model, a=divided, b=by)

    make_divisions_safe(model)

    np.testing.assert_array_equal(_run(model, a=divided, b=by), before)


@pytest.mark.parametrize(
    ("kind", "divisor"),
    [
        pytest.param(TensorProto.FLOAT, None, id="other numbers"),
        pytest.param(TensorProto.UINT8, None, id="no negative numbers"),
        pytest.param(TensorProto.INT64, np.array([2]), id="a constant"),
    ],
)
def test_division_that_is_safe_is_left_as_it_is(kind: int, divisor: Any) -> None:
    constants: dict[str, Any] = {} if divisor is None else {"two": divisor}
    node = helper.make_node("Div", ["a", "b" if divisor is None else "two"], ["y"])
    model = _dividing(kind, [node], **constants)

    make_divisions_safe(model)

    assert list(model.graph.node) == [node]


@pytest.mark.parametrize(
    ("kind", "before"),
    [
        pytest.param(TensorProto.FLOAT, ("Gelu", "com.microsoft"), id="of onnxruntime's own"),
        pytest.param(TensorProto.INT64, ("Trilu", "com.microsoft"), id="whole numbers of its own"),
        pytest.param(TensorProto.FLOAT, ("Normalizer", "ai.onnx.ml"), id="machine learning"),
    ],
)
def test_the_runtime_is_asked_for_types_that_are_not_inferred(
    kind: int, before: tuple[str, str]
) -> None:
    operator, domain = before
    nodes = [
        helper.make_node("Expand", ["a", "square"], ["wide"]),
        helper.make_node(operator, ["wide"], ["own"], domain=domain),
        helper.make_node("Div", ["own", "own"], ["y"]),
    ]
    model = _dividing(kind, nodes, square=np.array([2, 2]))
    model.opset_import.extend([helper.make_opsetid(domain, 1)])

    make_divisions_safe(model)

    divides_otherwise = len(model.graph.node) > len(nodes)
    assert divides_otherwise == (kind == TensorProto.INT64)


def test_constant_of_minus_one_and_divisions_in_branches_are_found() -> None:
    inner = helper.make_node("Div", ["a", "minus"], ["z"])
    gives = helper.make_tensor_value_info("z", TensorProto.INT64, [None])
    branch = helper.make_graph([inner], "branch", [], [gives])
    choice = helper.make_node("If", ["yes"], ["y"], then_branch=branch, else_branch=branch)
    constants: dict[str, Any] = {"minus": np.array([-1]), "yes": np.array(True)}
    model = _dividing(TensorProto.INT64, [choice], **constants)

    make_divisions_safe(model)

    smallest = np.array([-(2**63)])
    assert _run(model, a=smallest, b=smallest).tolist() == smallest.tolist()


def test_operator_set_without_a_choice_of_values_is_refused() -> None:
    with pytest.raises(Refused, match="opset 9 or later"):
        make_divisions_safe(_dividing(TensorProto.INT64, opset=8))
