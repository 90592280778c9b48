"""Models of tensors of any rank, type and number, through both ways of predicting."""

import json
import struct
from typing import Any

import numpy as np
import pytest
from onnx import TensorProto, helper

from tests.support import stored_models
from tests.support.prediction import Response, Server
from tools.onnx_models import echo, graph, signature, tensor

type Shape = tuple[int | None, ...]


def store(server: Server, content: bytes) -> str:
    """Store a model under the name iris and return its id."""
    model_id = stored_models.store(server.owner, content)
    stored_models.point(server.owner, (model_id, 1))
    return model_id


def echoing(dtype: str, shape: Shape) -> bytes:
    """Return a model whose prediction is its input."""
    about = signature(
        inputs=[tensor("x", dtype, shape)],
        outputs=[tensor("y", dtype, shape)],
        features=None,
        prediction="y",
    )
    return echo(about)


def mean_over_time() -> bytes:
    """Return a model of sequences of any length: the mean of each of two features."""
    about = signature(
        inputs=[tensor("x", shape=(None, None, 2))],
        outputs=[tensor("mean", shape=(None, 2))],
        features=None,
        prediction="mean",
    )
    axis = helper.make_node("Constant", [], ["axis"], value_ints=[1])
    mean = helper.make_node("ReduceMean", ["x", "axis"], ["mean"], keepdims=0)
    return graph([axis, mean], about)


def two_and_two() -> bytes:
    """Return a model of two inputs and two outputs: sums of images, and tokens plus one."""
    about = signature(
        inputs=[tensor("image", shape=(None, 1, 2, 2)), tensor("tokens", "int64", (None, 3))],
        outputs=[tensor("sum", shape=(None, 1)), tensor("next", "int64", (None, 3))],
        features=None,
        prediction="sum",
    )
    one = helper.make_tensor("one", TensorProto.INT64, [], [1])
    nodes = [
        helper.make_node("Flatten", ["image"], ["flat"], axis=1),
        helper.make_node("Constant", [], ["axis"], value_ints=[1]),
        helper.make_node("ReduceSum", ["flat", "axis"], ["sum"], keepdims=1),
        helper.make_node("Constant", [], ["one"], value=one),
        helper.make_node("Add", ["tokens", "one"], ["next"]),
    ]
    return graph(nodes, about)


def embedding() -> bytes:
    """Return a model of tokens of any length: the sum of the rows of a table of four."""
    about = signature(
        inputs=[tensor("tokens", "int64", (None, None))],
        outputs=[tensor("sum", shape=(None, 2))],
        features=None,
        prediction="sum",
    )
    table = helper.make_tensor("table", TensorProto.FLOAT, [4, 2], [0, 0, 1, 10, 2, 20, 3, 30])
    nodes = [
        helper.make_node("Constant", [], ["table"], value=table),
        helper.make_node("Gather", ["table", "tokens"], ["rows"]),
        helper.make_node("Constant", [], ["axis"], value_ints=[1]),
        helper.make_node("ReduceSum", ["rows", "axis"], ["sum"], keepdims=0),
    ]
    return graph(nodes, about)


def infer(server: Server, *tensors: dict[str, Any]) -> Response:
    body = json.dumps({"inputs": list(tensors)})
    return server.call("POST /v2/models/{name}/infer", {"name": "iris"}, body)


def infer_binary(server: Server, name: str, datatype: str, values: Any) -> Response:
    """Send a tensor as bytes and ask for bytes."""
    raw = values.tobytes()
    described = {
        "name": name,
        "shape": list(values.shape),
        "datatype": datatype,
        "parameters": {"binary_data_size": len(raw)},
    }
    head = json.dumps({"inputs": [described], "parameters": {"binary_data_output": True}}).encode()
    headers = {"inference-header-content-length": str(len(head))}
    route = "POST /v2/models/{name}/infer"
    return server.call(route, {"name": "iris"}, head + raw, headers=headers)


@pytest.mark.parametrize(
    ("dtype", "shape", "row"),
    [
        ("float32", (None, 1, 2, 3), [[[0.5, 1.5, 2.5], [3.5, 4.5, 5.5]]]),
        ("float32", (None, None, 2), [[0.5, 1.5], [2.5, 3.5], [4.5, 5.5]]),
        ("float64", (None, 1, 1, 1, 2), [[[[0.1, 0.2]]]]),
        ("float16", (None, 2), [0.5, 1.5]),
        ("int64", (None, None), [2**62, -3, 0]),
        ("int32", (None, 2), [1, 2]),
        ("uint8", (None, 2, 2, 1), [[[0], [255]], [[1], [2]]]),
        ("bool", (None, 2), [True, False]),
        ("string", (None, 1, 2), [["a", "é"]]),
        ("float32", (None,), 0.5),
    ],
)
def test_nested_lists_of_any_rank_and_type_come_back(
    dtype: str, shape: Shape, row: Any, server: Server
) -> None:
    model = store(server, echoing(dtype, shape))

    one, both = (server.predict(model, given) for given in (row, [row, row]))

    assert one.status == both.status == 200, one.content
    assert one.json()["prediction"] == row
    assert both.json()["prediction"] == [row, row]


@pytest.mark.parametrize("size", [28, 64])
def test_images_go_through_the_protocol_as_json_and_as_bytes(size: int, server: Server) -> None:
    store(server, echoing("float32", (None, 1, size, size)))
    values = np.random.default_rng(0).random((3, 1, size, size), np.float32)
    given = {"name": "x", "shape": list(values.shape), "datatype": "FP32"}

    flat = infer(server, given | {"data": values.ravel().tolist()})
    nested = infer(server, given | {"data": values.tolist()})
    binary = infer_binary(server, "x", "FP32", values)

    assert flat.json()["outputs"] == nested.json()["outputs"]
    assert flat.json()["outputs"][0]["shape"] == list(values.shape)
    length = int(binary.headers["inference-header-content-length"])
    assert binary.content[length:] == values.tobytes()


def test_images_of_bytes_go_through_the_protocol(server: Server) -> None:
    store(server, echoing("uint8", (None, 4, 4, 3)))
    values = np.arange(96, dtype=np.uint8).reshape(2, 4, 4, 3)

    binary = infer_binary(server, "x", "UINT8", values)

    length = int(binary.headers["inference-header-content-length"])
    assert binary.content[length:] == values.tobytes()


class TestSeveral:
    """A model of two inputs and two outputs."""

    image = [[[1.0, 2.0], [3.0, 4.0]]]  # noqa: RUF012 - read only

    def test_one_row_has_an_object_of_outputs(self, server: Server) -> None:
        model = store(server, two_and_two())

        response = server.predict(model, {"image": self.image, "tokens": [1, 2, 3]})

        assert response.json()["prediction"] == {"sum": 10.0, "next": [2, 3, 4]}

    def test_a_batch_has_one_a_row(self, server: Server) -> None:
        model = store(server, two_and_two())
        given = {"tokens": [[1, 2, 3], [4, 5, 6]], "image": [self.image] * 2}

        response = server.predict(model, given)

        assert response.json()["prediction"] == [
            {"sum": 10.0, "next": [2, 3, 4]},
            {"sum": 10.0, "next": [5, 6, 7]},
        ]

    def test_the_protocol_returns_both_or_the_one_asked_for(self, server: Server) -> None:
        store(server, two_and_two())
        inputs = (
            {"name": "tokens", "shape": [1, 3], "datatype": "INT64", "data": [1, 2, 3]},
            {"name": "image", "shape": [1, 1, 2, 2], "datatype": "FP32", "data": [1, 2, 3, 4]},
        )

        response = infer(server, *inputs)

        outputs = {each["name"]: each["data"] for each in response.json()["outputs"]}
        assert outputs == {"sum": [10.0], "next": [2, 3, 4]}


def test_sequences_have_any_length(server: Server) -> None:
    model = store(server, mean_over_time())

    for length in (1, 4, 9):
        row = [[float(step), 1.0] for step in range(length)]
        assert server.predict(model, row).json()["prediction"] == [(length - 1) / 2, 1.0]


@pytest.mark.parametrize(
    ("content", "given", "words"),
    [
        (
            mean_over_time(),
            [[[1, 1]], [[1, 1], [2, 2]]],
            "Row 2 (input[1]): Input x has the shape [2, 2], and [1, 2] in row 1. Send rows of one",
        ),
        (
            embedding(),
            [[1, 2], [3]],
            "Row 2 (input[1]): Input tokens has the shape [1], and [2] in row 1",
        ),
        (embedding(), [[1, 2], [3, [4]]], "Row 2 (input[1]): Input tokens must be nested lists"),
        (embedding(), [[[1]], [[2], [3]]], "nested lists of equal lengths"),
        (embedding(), [1, 2.5], "whole numbers"),
        (embedding(), ["a", "b"], "must hold numbers only"),
        (embedding(), [1, 9], "tokens [1, 2]. Send as many rows"),
        (mean_over_time(), [1, 2], "One row is a nested list of the shape [any, 2]"),
        (mean_over_time(), [[[[1, 2]]]], "One row is a nested list of the shape [any, 2]"),
        (
            mean_over_time(),
            [[1, 2, 3]],
            "One row of input x must have the shape [any, 2], got [1, 3]",
        ),
    ],
)
def test_what_does_not_fit_is_explained(
    content: bytes, given: Any, words: str, server: Server
) -> None:
    response = server.predict(store(server, content), given)

    assert response.status == 400
    assert words in response.json()["detail"]


def test_tokens_of_any_length_are_whole_numbers(server: Server) -> None:
    model = store(server, embedding())

    assert server.predict(model, [1, 2.0, 3]).json()["prediction"] == [6.0, 60.0]
    assert server.predict(model, [[1, 2], [3, 0]]).json()["prediction"] == [[3, 30], [3, 30]]


def test_a_tensor_without_rows_is_refused(server: Server) -> None:
    model = store(server, echoing("float32", (None, 2)))

    response = server.predict(model, {"x": []})

    assert response.status == 400


def test_infinite_numbers_of_bytes_become_null_in_json(server: Server) -> None:
    store(server, echoing("float32", (None, 1)))
    raw = struct.pack("<2f", float("inf"), 1.0)

    binary = infer_binary(server, "x", "FP32", np.frombuffer(raw, "<f4").reshape(2, 1))

    length = int(binary.headers["inference-header-content-length"])
    assert binary.content[length:] == raw
