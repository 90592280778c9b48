"""ONNX files as deep-learning libraries export them."""

from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
from onnx import TensorProto, helper, numpy_helper

from converter.uploaded_onnx import adopt
from inferx.manifest import Signature
from sandbox.formats import Format, detect


def exported(
    nodes: list[onnx.NodeProto],
    inputs: list[onnx.ValueInfoProto],
    output: onnx.ValueInfoProto,
    **weights: object,
) -> onnx.ModelProto:
    tensors = [numpy_helper.from_array(np.asarray(value), name) for name, value in weights.items()]
    graph = helper.make_graph(nodes, "main_graph", inputs, [output], tensors)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8)


def taken(model: onnx.ModelProto, tmp_path: Path) -> tuple[Signature, ort.InferenceSession]:
    (tmp_path / "source").write_bytes(model.SerializeToString())
    assert detect(tmp_path / "source") is Format.ONNX
    facts = adopt(tmp_path / "source", tmp_path / "model.onnx")
    session = ort.InferenceSession(str(tmp_path / "model.onnx"))
    return Signature.from_dict(facts["signature"]), session


def test_network_over_pictures(tmp_path: Path) -> None:
    model = exported(
        [
            helper.make_node("Conv", ["x", "w"], ["c"], pads=[1, 1, 1, 1]),
            helper.make_node("GlobalAveragePool", ["c"], ["p"]),
            helper.make_node("Flatten", ["p"], ["logits"]),
        ],
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["batch", 3, 8, 8])],
        helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", 4]),
        w=np.ones((4, 3, 3, 3), dtype=np.float32),
    )

    signature, session = taken(model, tmp_path)

    assert signature.features is None
    assert signature.inputs[0].shape == (None, 3, 8, 8)
    assert session.run(None, {"x": np.ones((2, 3, 8, 8), np.float32)})[0].shape == (2, 4)


def test_network_over_tokens(tmp_path: Path) -> None:
    model = exported(
        [
            helper.make_node("Gather", ["table", "input_ids"], ["e"]),
            helper.make_node("Gather", ["table", "token_type_ids"], ["t"]),
            helper.make_node("Add", ["e", "t"], ["out"]),
        ],
        [
            helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "sequence"])
            for name in ("input_ids", "token_type_ids")
        ],
        helper.make_tensor_value_info("out", TensorProto.FLOAT, ["batch", "sequence", 2]),
        table=np.ones((9, 2), dtype=np.float32),
    )

    signature, session = taken(model, tmp_path)

    assert [tensor.dtype for tensor in signature.inputs] == ["int64", "int64"]
    ids = np.zeros((1, 5), dtype=np.int64)
    assert session.run(None, {"input_ids": ids, "token_type_ids": ids})[0].shape == (1, 5, 2)
