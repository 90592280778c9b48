"""The protocol's datatypes ("Tensor Data Types"), and their elements as JSON and as bytes."""

import struct
from array import array
from itertools import chain
from typing import Any

import numpy as np

from inferx.errors import BadInput
from inferx.serving.inputs.reader import Array

_NUMPY: dict[str, np.dtype[Any]] = {
    "BOOL": np.dtype("?"),
    "UINT8": np.dtype("<u1"),
    "UINT16": np.dtype("<u2"),
    "UINT32": np.dtype("<u4"),
    "UINT64": np.dtype("<u8"),
    "INT8": np.dtype("<i1"),
    "INT16": np.dtype("<i2"),
    "INT32": np.dtype("<i4"),
    "INT64": np.dtype("<i8"),
    "FP16": np.dtype("<f2"),
    "FP32": np.dtype("<f4"),
    "FP64": np.dtype("<f8"),
    "BYTES": np.dtype(object),
}
_NAMES = {dtype.str: name for name, dtype in _NUMPY.items()}  # numpy takes long to hash a dtype
# array.array takes numbers that fit and nothing else; FP16 is read as doubles.
_CODES = {
    "UINT8": "B",
    "UINT16": "H",
    "UINT32": "I",
    "UINT64": "Q",
    "INT8": "b",
    "INT16": "h",
    "INT32": "i",
    "INT64": "q",
    "FP16": "d",
    "FP32": "f",
    "FP64": "d",
}
_ALIKE: dict[str, set[type]] = {"BOOL": {bool}, "BYTES": {str, type(None)}}
"""A missing string is null, which some models take; ``tensors.fit`` refuses it for the others."""
_LENGTH = struct.Struct("<I")


def numpy_type(datatype: Any) -> np.dtype[Any]:
    """Return the numpy type of a datatype.

    Raises:
        BadInput: the protocol has no such datatype.
    """
    known = _NUMPY.get(datatype) if isinstance(datatype, str) else None
    if known is None:
        raise BadInput(f"A datatype is one of {', '.join(_NUMPY)}.")
    return known


def datatype_of(dtype: np.dtype[Any]) -> str:
    """Return the datatype of a numpy type's elements."""
    return _NAMES.get(dtype.str, "BYTES")


def from_json(data: Any, datatype: str) -> Array:
    """Return the elements, shape [n], of a tensor's ``data``.

    Args:
        data: a list, flat or nested, in row-major order.
        datatype: what it holds.

    Raises:
        BadInput: it holds something else.
    """
    if type(data) is not list:
        raise _no_data(datatype)
    while data and type(data[0]) is list:
        if set(map(type, data)) != {list}:
            raise _no_data(datatype)
        data = data[0] if len(data) == 1 else list(chain.from_iterable(data))
    if datatype in _ALIKE:
        if set(map(type, data)) - _ALIKE[datatype]:
            raise _no_data(datatype)
        elements = np.empty(len(data), _NUMPY[datatype])
        elements[:] = data
        return elements
    try:
        numbers = array(_CODES[datatype], data)
    except (TypeError, OverflowError):
        raise _no_data(datatype) from None
    if datatype == "FP16":
        with np.errstate(over="ignore"):
            return np.frombuffer(numbers, np.float64).astype(np.float16)
    return np.frombuffer(numbers, _NUMPY[datatype])


def _no_data(datatype: str) -> BadInput:
    return BadInput(f"The data must be a list, flat or nested, of elements of type {datatype}.")


def from_bytes(raw: memoryview, datatype: str) -> Array:
    """Return the elements, shape [n], of a tensor's binary data: little-endian, row-major.

    They are copied only where they do not begin at an address that the processor reads at once.

    Raises:
        BadInput: the bytes are not whole elements of this type.
    """
    dtype = numpy_type(datatype)
    if datatype == "BYTES":
        return _strings(raw)
    if len(raw) % dtype.itemsize:
        raise BadInput(f"The binary data is not a whole number of {datatype} elements.")
    elements = np.frombuffer(raw, dtype)
    return elements if elements.flags.aligned else elements.copy()


def to_bytes(elements: Array) -> bytes:
    """Return a tensor's elements as binary data."""
    if datatype_of(elements.dtype) != "BYTES":
        return elements.tobytes()
    packed = (str(text).encode() for text in elements.ravel())
    return b"".join(_LENGTH.pack(len(each)) + each for each in packed)


def _strings(raw: memoryview) -> Array:
    texts = []
    at = 0
    try:
        while at < len(raw):
            (length,) = _LENGTH.unpack_from(raw, at)
            at += _LENGTH.size + length
            if at > len(raw):
                raise BadInput("An element of the binary data is longer than the data.")
            texts.append(str(raw[at - length : at], "utf-8"))
    except (struct.error, UnicodeDecodeError):
        raise BadInput("Each BYTES element is its length in 4 bytes, then UTF-8 text.") from None
    elements = np.empty(len(texts), object)
    elements[:] = texts
    return elements
