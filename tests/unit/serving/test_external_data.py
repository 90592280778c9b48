"""No model reads another one's file, nor any other: a graph finds its own file alone."""

import hashlib
import json
from pathlib import Path

import onnx
import pytest
from onnx import TensorProto, helper

from inferx.errors import Broken
from inferx.serving.artifacts import Artifacts
from inferx.serving.fetch import Fetch
from inferx.serving.model import Model
from inferx.signature import METADATA_KEY
from tools.onnx_models import signature, tensor

EVIL, VICTIM = "01939d5e-0000-7000-8000-00000000000e", "01939d5e-0000-7000-8000-00000000000f"


def reading(location: str) -> bytes:
    """Return a model whose weights are in another file, which a conversion would have refused."""
    weights = TensorProto(name="W", data_type=TensorProto.FLOAT, dims=[2, 1])
    weights.data_location = TensorProto.EXTERNAL
    weights.external_data.add(key="location", value=location)
    about = signature(inputs=[tensor("X", shape=(None, 2))], features=None)
    node = helper.make_node("MatMul", ["X", "W"], ["variable"])
    made = helper.make_graph(
        [node],
        "g",
        [helper.make_tensor_value_info("X", TensorProto.FLOAT, [None, 2])],
        [helper.make_tensor_value_info("variable", TensorProto.FLOAT, [None, 1])],
        [weights],
    )
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)
    helper.set_model_props(model, {METADATA_KEY: json.dumps(about)})
    content: bytes = model.SerializeToString()
    return content


@pytest.mark.parametrize(
    "location", [f"{VICTIM}.onnx", f"../{VICTIM}.onnx", "{folder}/" + f"{VICTIM}.onnx"]
)
def test_a_graph_finds_no_other_models_file(tmp_path: Path, location: str) -> None:
    content = reading(location.format(folder=tmp_path))
    (tmp_path / f"{VICTIM}.onnx").write_bytes(bytes(8))
    (tmp_path / f"{EVIL}.onnx").write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()

    taken = Artifacts(tmp_path, 1_000_000).taken(Fetch(None), "owner", EVIL, digest)

    with taken as path, pytest.raises(Broken):
        Model(path)


def test_the_same_graph_beside_its_data_would_have_opened(tmp_path: Path) -> None:
    (tmp_path / "data").write_bytes(bytes(8))
    onnx.load_model_from_string(reading("data"))
    (tmp_path / "model.onnx").write_bytes(reading("data"))

    predicted, _ = Model(tmp_path / "model.onnx").predict([[1.0, 2.0]])

    assert predicted["prediction"] == [0.0]
