"""Graphs that loop, or reserve memory, as a number in the request says are refused."""

from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from inferx.onnx_session import PROVIDERS, ort, session_options
from sandbox import trial_rows
from sandbox.trial_rows import TooMuch, try_rows
from tools.onnx_models import summing

_INT = TensorProto.INT64


def session_of(
    nodes: list[Any], kind: int, initializers: tuple[Any, ...] = (), *, gives: int | None = None
) -> Any:
    graph = helper.make_graph(
        nodes,
        "graph",
        [helper.make_tensor_value_info("x", kind, [1])],
        [helper.make_tensor_value_info("y", gives or kind, None)],
        initializers,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)
    return ort.InferenceSession(model.SerializeToString(), session_options(), PROVIDERS)


def looping() -> Any:
    """Return a model that counts to the number it is given."""
    body = helper.make_graph(
        [
            helper.make_node("Identity", ["going"], ["still_going"]),
            helper.make_node("Identity", ["before"], ["after"]),
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
    loop = helper.make_node("Loop", ["x", "", "x"], ["y"], body=body)
    return session_of([loop], _INT)


def test_loop_that_a_number_drives_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial_rows, "RUN_SECONDS", 1)

    with pytest.raises(TooMuch, match="has a loop that runs as long as"):
        try_rows(looping())


def test_tensor_as_large_as_a_number_is_refused() -> None:
    fill = helper.make_node("ConstantOfShape", ["x"], ["y"])
    session = session_of([fill], _INT, gives=TensorProto.FLOAT)

    with pytest.raises(TooMuch, match="makes tensors as large as a number"):
        try_rows(session)


def test_input_that_no_request_holds_is_refused() -> None:
    wide = helper.make_tensor_value_info("x", TensorProto.FLOAT, [None, 2**40])
    gives = helper.make_tensor_value_info("y", TensorProto.FLOAT, [None, None])
    graph = helper.make_graph([helper.make_node("Relu", ["x"], ["y"])], "g", [wide], [gives])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)
    session = ort.InferenceSession(model.SerializeToString(), session_options(), PROVIDERS)

    with pytest.raises(TooMuch, match="more numbers than a request holds"):
        try_rows(session)


def test_numbers_that_are_places_in_a_table_are_no_fault() -> None:
    table = onnx.numpy_helper.from_array(np.arange(5), "table")
    gather = helper.make_node("Gather", ["table", "x"], ["y"])

    try_rows(session_of([gather], _INT, (table,)))


@pytest.mark.parametrize(
    "kind",
    [
        *(TensorProto.FLOAT16, TensorProto.FLOAT, TensorProto.DOUBLE, TensorProto.STRING),
        *(TensorProto.BOOL, TensorProto.INT8, TensorProto.UINT8, TensorProto.UINT64),
    ],
)
def test_ordinary_models_of_each_type_pass(kind: int) -> None:
    try_rows(session_of([helper.make_node("Identity", ["x"], ["y"])], kind))


def test_model_of_several_rows_passes() -> None:
    try_rows(ort.InferenceSession(summing(), session_options(), PROVIDERS))
