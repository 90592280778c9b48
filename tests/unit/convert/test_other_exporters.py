"""Models of deep-learning libraries: their ONNX exports are taken, their own files are not."""

import io
import zipfile
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import pytest
from onnx import TensorProto, helper, numpy_helper

from converter.formats import detect
from converter.uploaded_onnx import adopt
from inferx.errors import Refused
from inferx.manifest import Signature


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
    assert detect(tmp_path / "source") == "onnx"
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


def archive(*names: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as opened:
        for name in names:
            opened.writestr(name, "{}")
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "way"),
    [
        pytest.param(b"\x89HDF\r\n\x1a\n" + bytes(64), "model.export", id="Keras 2"),
        pytest.param(archive("config.json", "metadata.json"), "model.export", id="Keras 3"),
        pytest.param(archive("m/data.pkl", "m/version"), "torch.onnx.export", id="PyTorch"),
        pytest.param(archive("archive_format"), "torch.onnx.export", id="PyTorch program"),
        pytest.param(
            b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.\x80\x02M\xe9\x03.",
            "torch.onnx.export",
            id="PyTorch before 1.6",
        ),
        pytest.param(archive("m/saved_model.pb"), "tf2onnx", id="TensorFlow"),
    ],
)
def test_own_file_is_refused_with_the_export(content: bytes, way: str, tmp_path: Path) -> None:
    (tmp_path / "source").write_bytes(content)

    with pytest.raises(Refused, match=way):
        detect(tmp_path / "source")
