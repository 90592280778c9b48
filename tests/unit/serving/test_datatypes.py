"""Tensors of every datatype, by both ways in; empty ones too."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from inferx.errors import BadInput
from inferx.serving.inputs.reader import NUMPY
from inferx.serving.model import Model
from inferx.serving.oip.datatypes import datatype_of, to_bytes
from inferx.serving.oip.infer import infer
from inferx.signature import DTYPES, FEATURE_DTYPES, Signature
from inferx.untrusted import Malformed
from tools.onnx_models import echo, feature, signature, tensor


def echoing(folder: Path, dtype: str, shape: tuple[int | None, ...] = (None, None)) -> Model:
    about = signature(
        inputs=[tensor("X", dtype, shape)],
        outputs=[tensor("variable", dtype, shape)],
        features=None,
    )
    (folder / "model.onnx").write_bytes(echo(about))
    return Model(folder / "model.onnx")


def sent(model: Model, elements: Any, shape: list[int], datatype: str) -> dict[str, Any]:
    given = {"name": "X", "shape": shape, "datatype": datatype, "data": elements}
    loaded: Any = SimpleNamespace(model=model, record=SimpleNamespace(name="m", version=1))
    response, _ = infer(loaded, json.dumps({"inputs": [given]}).encode(), None)
    output: dict[str, Any] = json.loads(response.json)["outputs"][0]
    return output


def examples(dtype: str) -> list[Any]:
    if dtype in ("string", "bool"):
        return ["a", "ß"] if dtype == "string" else [True, False]
    if NUMPY[dtype].kind == "f":
        return [0.5, -2.0]
    bounds = np.iinfo(NUMPY[dtype])
    return [int(bounds.min), int(bounds.max)]


@pytest.mark.parametrize("dtype", DTYPES)
def test_tensor_of_every_datatype_comes_back(dtype: str, tmp_path: Path) -> None:
    model = echoing(tmp_path, dtype)
    datatype = datatype_of(NUMPY[dtype])

    predicted, _ = model.predict([examples(dtype)])
    output = sent(model, examples(dtype), [1, 2], datatype)

    assert predicted["prediction"] == [examples(dtype)]
    assert (output["data"], output["datatype"]) == (examples(dtype), datatype)


def test_every_datatype_of_the_protocol_is_one_of_a_signatures() -> None:
    assert {datatype_of(NUMPY[dtype]) for dtype in DTYPES} == {
        *("BOOL", "UINT8", "UINT16", "UINT32", "UINT64", "INT8", "INT16", "INT32", "INT64"),
        *("FP16", "FP32", "FP64", "BYTES"),
    }


@pytest.mark.parametrize("dtype", [each for each in FEATURE_DTYPES if each[0] in "iu"])
def test_feature_of_every_whole_type_takes_its_bounds_and_no_more(
    dtype: str, tmp_path: Path
) -> None:
    about = signature(
        inputs=[tensor("X", dtype, (None, 2))],
        outputs=[tensor("variable", dtype, (None, 2))],
        features=[feature(None, column=column) for column in range(2)],
    )
    (tmp_path / "model.onnx").write_bytes(echo(about))
    model = Model(tmp_path / "model.onnx")
    least, largest = examples(dtype)

    predicted, _ = model.predict([least, largest])

    assert predicted["prediction"] == [least, largest]
    with pytest.raises(BadInput, match="too large a number"):
        model.predict([least, largest + 1])


def test_signature_with_a_feature_in_half_precision_is_malformed() -> None:
    about = signature(inputs=[tensor("X", "float16", (None, 2))])

    with pytest.raises(Malformed):
        Signature.from_dict(about)


@pytest.mark.parametrize(
    ("dtype", "value"),
    [
        ("int64", 2.5),
        ("int64", 1e30),
        ("uint8", 256),
        ("uint8", -1),
        ("int8", float("nan")),
        ("float16", 70_000),
        ("float32", 1e39),
    ],
)
def test_number_that_the_type_cannot_hold_is_refused_not_changed(
    dtype: str, value: float, tmp_path: Path
) -> None:
    model = echoing(tmp_path, dtype)

    with pytest.raises(BadInput, match=f"numbers that fit {dtype}"):
        model.predict([[value, 1]])


def test_whole_number_written_with_a_point_is_whole(tmp_path: Path) -> None:
    predicted, _ = echoing(tmp_path, "int64").predict([[2.0, 2**60 + 1]])

    assert predicted["prediction"] == [[2, 2**60 + 1]]


def test_infinity_stays_infinite(tmp_path: Path) -> None:
    predicted, _ = echoing(tmp_path, "float32").predict([[float("inf"), 1]])

    assert predicted["prediction"] == [[float("inf"), 1.0]]


@pytest.mark.parametrize("dtype", DTYPES)
def test_empty_tensor_is_a_tensor(dtype: str, tmp_path: Path) -> None:
    model = echoing(tmp_path, dtype)

    output = sent(model, [], [0, 3], datatype_of(NUMPY[dtype]))
    predicted, rows = model.predict([[], []])

    assert (output["data"], output["shape"]) == ([], [0, 3])
    assert (predicted["prediction"], rows) == ([[], []], 2)


def test_empty_tensor_of_another_datatype_is_converted(tmp_path: Path) -> None:
    assert sent(echoing(tmp_path, "float32"), [], [0, 3], "INT64")["shape"] == [0, 3]


def test_no_rows_of_features_are_refused(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(echo(signature()))

    with pytest.raises(BadInput, match="Input X is empty"):
        sent(Model(tmp_path / "model.onnx"), [], [0, 2], "FP32")


def test_half_precision_is_two_bytes_an_element() -> None:
    assert to_bytes(np.array([1.0, 2.0], np.float16)) == b"\x00\x3c\x00\x40"
