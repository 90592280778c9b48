"""An uploaded graph is its own original: what it makes of NaN and infinite numbers is right."""

from pathlib import Path

import numpy as np
import pytest
from onnx import TensorProto, helper

from converter.uploaded_onnx import adopt
from inferx.manifest import Signature
from inferx.serving.limits import HTTP
from inferx.serving.model import Model
from inferx.serving.oip.tensors import fit


def adopted(element: int, directory: Path) -> tuple[Signature, Model]:
    graph = helper.make_graph(
        [helper.make_node("Add", ["X", "X"], ["Y"])],
        "doubled",
        [helper.make_tensor_value_info("X", element, [None, 2])],
        [helper.make_tensor_value_info("Y", element, [None, 2])],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)
    source, target = directory / "source", directory / "model.onnx"
    source.write_bytes(model.SerializeToString())
    return Signature.from_dict(adopt(source, target)["signature"]), Model(target)


@pytest.mark.parametrize("element", [TensorProto.FLOAT, TensorProto.DOUBLE])
def test_features_of_real_numbers_take_all_of_them(element: int, tmp_path: Path) -> None:
    _, model = adopted(element, tmp_path)

    for given in ([[np.inf, np.nan]], {"X": [[np.inf, np.nan]]}):
        predicted, _ = model.predict(given)
        np.testing.assert_array_equal(predicted["prediction"], [[np.inf, np.nan]])


@pytest.mark.parametrize("element", [TensorProto.FLOAT, TensorProto.DOUBLE])
def test_the_protocol_takes_all_of_them(element: int, tmp_path: Path) -> None:
    signature, model = adopted(element, tmp_path)
    given = np.array([[-np.inf, np.nan]], helper.tensor_dtype_to_np_dtype(element))

    feed = fit({"X": given}, signature, HTTP)

    np.testing.assert_array_equal(model.run(feed, ["Y"])[0], given)


def test_features_of_whole_numbers_have_none(tmp_path: Path) -> None:
    signature, _ = adopted(TensorProto.INT64, tmp_path)

    assert signature.features is not None
    assert not any(feature.infinite for feature in signature.features)
