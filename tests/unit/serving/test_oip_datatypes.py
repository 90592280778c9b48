"""Every datatype of the Open Inference Protocol, as JSON and as bytes."""

from typing import Any

import numpy as np
import pytest

from inferx.errors import BadInput
from inferx.serving.limits import HTTP
from inferx.serving.oip.datatypes import datatype_of, from_bytes, from_json, to_bytes
from inferx.serving.oip.tensors import fit
from inferx.signature import MISSING_TEXT, Signature
from tools.onnx_models import feature, signature, tensor

ELEMENTS: dict[str, list[Any]] = {
    "BOOL": [True, False],
    "UINT8": [0, 255],
    "UINT16": [0, 65_535],
    "UINT32": [0, 2**32 - 1],
    "UINT64": [0, 2**64 - 1],
    "INT8": [-128, 127],
    "INT16": [-32_768, 32_767],
    "INT32": [-(2**31), 2**31 - 1],
    "INT64": [-(2**63), 2**63 - 1],
    "FP16": [0.5, -2.0],
    "FP32": [0.25, 2.0**100],
    "FP64": [0.1, 1e300],
    "BYTES": ["", "grüß"],
}


@pytest.mark.parametrize("datatype", ELEMENTS)
def test_each_datatype_survives_json_and_bytes(datatype: str) -> None:
    elements = from_json(ELEMENTS[datatype], datatype)

    again = from_bytes(memoryview(to_bytes(elements)), datatype)

    assert again.tolist() == ELEMENTS[datatype]
    assert datatype_of(again.dtype) == datatype


@pytest.mark.parametrize(
    ("datatype", "data"),
    [
        ("UINT8", [256]),
        ("INT8", [-129]),
        ("INT64", [0.5]),
        ("FP32", ["1"]),
        ("FP32", [None]),
        ("BOOL", [1]),
        ("BYTES", [1]),
        ("FP64", [10**400]),
        ("FP32", [[1], 2]),
        ("FP32", 5),
        ("FP32", None),
    ],
)
def test_other_elements_are_refused(datatype: str, data: Any) -> None:
    with pytest.raises(BadInput):
        from_json(data, datatype)


@pytest.mark.parametrize(
    ("datatype", "raw"),
    [
        ("FP32", b"123"),
        ("BYTES", b"\x05\x00\x00\x00abc"),
        ("BYTES", b"\x05\x00"),
        ("BYTES", b"\x01\x00\x00\x00\xff"),
        ("BYTES", b"\xff\xff\xff\xff"),
    ],
)
def test_broken_bytes_are_refused(datatype: str, raw: bytes) -> None:
    with pytest.raises(BadInput):
        from_bytes(memoryview(raw), datatype)


@pytest.mark.parametrize(
    ("dtype", "given"),
    [
        ("float32", np.array([[1, -(2**24)]], np.int64)),
        ("float32", np.array([[2**40, 255]], np.uint64)),
        ("float32", np.array([[0.5, 2]], np.float64)),
        ("float32", np.array([[0.1, 2]], np.float16)),
        ("float32", np.array([[np.inf, -np.inf]], np.float64)),
        ("float64", np.array([[0.1, 2]], np.float32)),
        ("int64", np.array([[1.0, -0.0]], np.float32)),
        ("int64", np.array([[-(2.0**63), 2.0**62]], np.float64)),
        ("int32", np.array([[1, -(2**31)]], np.int64)),
    ],
)
def test_numbers_of_another_datatype_are_taken_when_all_stay_exact(dtype: str, given: Any) -> None:
    about = Signature.from_dict(signature(inputs=[tensor("X", dtype, (None, 2))], features=None))

    taken = fit({"X": given}, about, HTTP).tensors["X"]

    assert taken.dtype == dtype
    assert taken.tolist() == given.tolist()


def test_nan_stays_nan_in_another_datatype_of_floats() -> None:
    about = Signature.from_dict(signature(features=None))

    taken = fit({"X": np.array([[np.nan, 2.0]], np.float64)}, about, HTTP).tensors["X"]

    assert np.isnan(taken).tolist() == [[True, False]]


@pytest.mark.parametrize(
    ("dtype", "given", "datatypes"),
    [
        ("float32", np.array([[0.1, 2]], np.float64), ("FP64", "FP32")),
        ("float32", np.array([[1e300, 2]], np.float64), ("FP64", "FP32")),
        ("float32", np.array([[2**24 + 1, 2]], np.int64), ("INT64", "FP32")),
        ("float32", np.array([[2**31 - 1, 2]], np.int32), ("INT32", "FP32")),
        ("float64", np.array([[2**53 + 1, 2]], np.int64), ("INT64", "FP64")),
        ("float64", np.array([[2**63 - 1, 2]], np.int64), ("INT64", "FP64")),
        ("int64", np.array([[1.5, 2.0]], np.float32), ("FP32", "INT64")),
        ("int64", np.array([[2.0**63, 2.0]], np.float64), ("FP64", "INT64")),
        ("int64", np.array([[np.nan, 2.0]], np.float64), ("FP64", "INT64")),
        ("int64", np.array([[np.inf, 2.0]], np.float16), ("FP16", "INT64")),
        ("int64", np.array([[2**63, 2]], np.uint64), ("UINT64", "INT64")),
        ("int32", np.array([[2**40, 2]], np.int64), ("INT64", "INT32")),
        ("float32", np.array([[True, False]]), ("BOOL", "FP32")),
        ("bool", np.array([[1, 0]], np.int64), ("INT64", "BOOL")),
    ],
)
def test_a_datatype_in_which_a_value_would_change_is_refused_with_both_named(
    dtype: str, given: Any, datatypes: tuple[str, str]
) -> None:
    about = Signature.from_dict(signature(inputs=[tensor("X", dtype, (None, 2))], features=None))

    with pytest.raises(BadInput) as caught:
        fit({"X": given}, about, HTTP)

    assert "Input X has the datatype {}, the model takes {}".format(*datatypes) in str(caught.value)


def words(*, nullable: bool) -> Signature:
    city = feature("city", kind="string", nullable=nullable)
    about = {"inputs": [tensor("X", "string", (None, 1))], "features": [city]}
    return Signature.from_dict(signature(**about, named_features=True))


def test_missing_strings_are_null_where_the_model_takes_them() -> None:
    given = {"X": from_json([["Oslo"], [None]], "BYTES").reshape(2, 1)}

    feed = fit(given, words(nullable=True), HTTP)

    assert feed.tensors["X"].tolist() == [["Oslo"], [MISSING_TEXT]]


@pytest.mark.parametrize(
    ("value", "sentence"),
    [(None, "feature city holds null, and the model takes"), (MISSING_TEXT, "holds U.FDD0")],
)
def test_strings_that_are_missing_are_refused_elsewhere(value: Any, sentence: str) -> None:
    given = {"X": from_json([[value]], "BYTES").reshape(1, 1)}

    with pytest.raises(BadInput, match=sentence):
        fit(given, words(nullable=False), HTTP)


def test_missing_strings_are_refused_by_a_model_of_tensors() -> None:
    about = {"inputs": [tensor("X", "string", (None, 1))], "features": None}
    given = {"X": from_json([[None]], "BYTES").reshape(1, 1)}

    with pytest.raises(BadInput, match="Input X holds null"):
        fit(given, Signature.from_dict(signature(**about)), HTTP)


@pytest.mark.parametrize("value", [np.inf, -np.inf])
def test_infinite_number_among_features_is_refused(value: float) -> None:
    features = [feature("a", column=0), feature("b", column=1)]
    about = Signature.from_dict(
        signature(inputs=[tensor("X", "float64", (None, 2))], features=features)
    )

    with pytest.raises(BadInput, match="Input X, feature b holds an infinite number"):
        fit({"X": np.array([[1.0, value]])}, about, HTTP)
