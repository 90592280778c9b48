"""A run that fails: a fault of the request's values, unless memory ran out."""

import json
from pathlib import Path

import onnx
import pytest
from onnx import TensorProto, helper

from inferx.errors import BadInput, Unavailable
from inferx.onnx_session import RUN_ERRORS
from inferx.serving.model import Model
from inferx.signature import METADATA_KEY, Feature, Signature, TensorSpec


@pytest.fixture
def model(tmp_path: Path) -> Model:
    """Return a model that looks its one number up in a table of two rows."""
    table = helper.make_tensor("table", TensorProto.FLOAT, [2, 1], [10.0, 20.0])
    node = helper.make_node("GatherND", ["table", "X"], ["Y"])
    graph = helper.make_graph(
        [node],
        "lookup",
        [helper.make_tensor_value_info("X", TensorProto.INT64, [None, 1])],
        [helper.make_tensor_value_info("Y", TensorProto.FLOAT, [None, 1])],
        [table],
    )
    signature = Signature(
        inputs=(TensorSpec("X", "int64", (None, 1)),),
        outputs=(TensorSpec("Y", "float32", (None, 1)),),
        features=(Feature("row", "number", "X", 0, False),),
        prediction="Y",
        probabilities=None,
        classes=None,
        named_features=True,
    )
    proto = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)
    entry = proto.metadata_props.add()
    entry.key, entry.value = METADATA_KEY, json.dumps(signature.to_dict())
    onnx.save(proto, tmp_path / "model.onnx")
    return Model(tmp_path / "model.onnx")


def test_value_on_which_the_graph_fails_is_the_requests_fault(model: Model) -> None:
    with pytest.raises(BadInput, match="fails on a value in this request"):
        model.predict([[0], [7]])


@pytest.mark.parametrize("error", [RUN_ERRORS[-1]("std::bad_alloc"), MemoryError()])
def test_run_without_memory_asks_for_fewer_rows(
    model: Model, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    class Full:
        def run(self, *_: object) -> None:
            raise error

    monkeypatch.setattr(model, "runs", Full())

    with pytest.raises(Unavailable, match="more memory than there is; send fewer"):
        model.predict([[0]])


def test_value_that_the_graph_takes_is_predicted(model: Model) -> None:
    content, _ = model.predict([[0], [1]])

    assert content["prediction"] == [10.0, 20.0]
