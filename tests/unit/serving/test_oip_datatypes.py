"""Every datatype of the Open Inference Protocol, as JSON and as bytes."""

from typing import Any

import numpy as np
import pytest

from inferx.errors import BadInput
from inferx.serving.oip.datatypes import datatype_of, from_bytes, from_json, to_bytes
from inferx.serving.oip.tensors import fit
from inferx.signature import Signature
from tools.onnx_models import signature, tensor

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

    again = from_bytes(to_bytes(elements), datatype)

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
        from_bytes(raw, datatype)


@pytest.mark.parametrize(
    ("dtype", "given", "fits"),
    [
        ("float32", np.array([[1, 2]], np.int64), True),
        ("float32", np.array([[0.1, 2]], np.float64), True),
        ("int64", np.array([[1.0, 2.0]], np.float32), True),
        ("int64", np.array([[1.5, 2.0]], np.float32), False),
        ("int32", np.array([[2**40, 2]], np.int64), False),
        ("float32", np.array([[True, False]]), False),
    ],
)
def test_other_number_types_are_taken_when_their_values_survive(
    dtype: str, given: Any, fits: bool
) -> None:
    about = Signature.from_dict(signature(inputs=[tensor("X", dtype, (None, 2))]))

    if fits:
        assert fit({"X": given}, about).tensors["X"].dtype == dtype
    else:
        with pytest.raises(BadInput):
            fit({"X": given}, about)
