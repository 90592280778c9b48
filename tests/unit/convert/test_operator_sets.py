"""Uploaded graphs in operators that the runtime does not have."""

from pathlib import Path
from typing import Any

import numpy as np
import onnx.version_converter
import pytest
from onnx import TensorProto, helper

from converter.uploaded_onnx import adopt
from inferx.errors import Refused
from inferx.serving.model import Model


def old(node: onnx.NodeProto, opset: int = 6, **weights: list[float]) -> onnx.ModelProto:
    values = {
        name: helper.make_tensor(name, TensorProto.FLOAT, [len(each)], each)
        for name, each in weights.items()
    }
    graph = helper.make_graph(
        [node],
        "g",
        [
            helper.make_tensor_value_info("x", TensorProto.FLOAT, [None, 2, 3]),
            *(
                helper.make_tensor_value_info(name, TensorProto.FLOAT, [len(each)])
                for name, each in weights.items()
            ),
        ],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [None, 2, 3])],
        list(values.values()),
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=3)


def adopted(model: onnx.ModelProto, folder: Path) -> dict[str, Any]:
    (folder / "source").write_bytes(model.SerializeToString())
    return adopt(folder / "source", folder / "model.onnx")


def addition() -> onnx.ModelProto:
    return old(helper.make_node("Add", ["x", "b"], ["y"], broadcast=1), b=[1.0, 10.0, 100.0])


def test_old_graph_is_converted_and_predicts_as_before(tmp_path: Path) -> None:
    facts = adopted(addition(), tmp_path)

    predicted, _ = Model(tmp_path / "model.onnx").predict(np.zeros((1, 2, 3)).tolist())

    assert predicted["prediction"] == [[[1.0, 10.0, 100.0]] * 2]
    assert facts["opset"] == {"": 21}
    assert facts["warnings"] == [
        "The model was converted from opset 6 to 21 of ONNX; both predict alike on generated rows."
    ]


def test_conversion_that_predicts_otherwise_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = old(helper.make_node("Add", ["x", "b"], ["y"]), opset=21, b=[1.0, 10.0, 99.0])
    monkeypatch.setattr(onnx.version_converter, "convert_version", lambda *_: wrong)

    with pytest.raises(Refused, match=r"no Add of opset 6 .* could not be shown to predict"):
        adopted(addition(), tmp_path)


def test_conversion_that_onnx_cannot_do_is_refused_with_the_opset(tmp_path: Path) -> None:
    along_an_axis = helper.make_node("Add", ["x", "b"], ["y"], broadcast=1, axis=1)

    with pytest.raises(Refused, match="cannot convert it from opset 6"):
        adopted(old(along_an_axis, b=[1.0, 10.0]), tmp_path)


def test_operator_that_the_runtime_lacks_is_named_with_its_version(tmp_path: Path) -> None:
    model = old(helper.make_node("RandomUniformLike", ["x"], ["y"]), opset=22)

    with pytest.raises(Refused, match="The runtime has no RandomUniformLike of opset 22"):
        adopted(model, tmp_path)


def test_graph_that_the_runtime_does_not_open_is_not_refused_for_its_memory(
    tmp_path: Path,
) -> None:
    recurrent = helper.make_node("RNN", ["x", "w", "r"], ["y"], hidden_size=1, layout=1)
    graph = helper.make_graph(
        [recurrent],
        "g",
        [
            helper.make_tensor_value_info("x", TensorProto.FLOAT, [None, 2, 3]),
            helper.make_tensor_value_info("w", TensorProto.FLOAT, [1, 1, 3]),
            helper.make_tensor_value_info("r", TensorProto.FLOAT, [1, 1, 1]),
        ],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [None, 2, 1, 1])],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=8)

    with pytest.raises(Refused, match="onnxruntime does not open the model"):
        adopted(model, tmp_path)
