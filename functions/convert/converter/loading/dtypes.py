"""numpy dtypes from a file: made by numpy from a checked description, never from file state.

A forged state tuple makes ``dtype.__setstate__`` follow pointers that the file chose, so the state
is compared with the one numpy itself gives for an equal dtype, and numpy's is what gets applied.
"""

import re
from typing import Any

import numpy as np

from inferx.errors import Refused

_SIMPLE = re.compile(
    r"[<>|=]?(?:b1|i[1248]|u[1248]|f(?:2|4|8|16)|c(?:8|16|32)|O8?|[SUV]\d{1,9}|[?])"
)
_DAMAGED = "The file describes an array type that numpy does not have; it is damaged."


def dtype_from_spec(spec: object, *_: object) -> np.dtype[Any]:
    """Stand in for ``numpy.dtype(spec, align, copy)``: a fresh dtype of a simple kind.

    Raises:
        Refused: for anything but one bool, integer, float, complex, text, bytes, void or object.
    """
    if not isinstance(spec, str) or not _SIMPLE.fullmatch(spec):
        raise Refused(_DAMAGED)
    return np.dtype(spec, False, True)  # a copy: its state is applied to it below


def apply_dtype_state(dtype: np.dtype[Any], state: object) -> None:
    """Apply a pickled dtype state, after proving it is one that numpy would have written.

    Args:
        dtype: made by :func:`dtype_from_spec` and not used yet.
        state: ``(version, byte order, subarray, names, fields, itemsize, alignment, flags)``.

    Raises:
        Refused: when an equal dtype of numpy's own has another state.
    """
    if not isinstance(state, tuple) or len(state) != 8:
        raise Refused(_DAMAGED)
    _, order, subarray, names, fields, itemsize, _, flags = state
    if subarray is not None or order not in ("<", ">", "|", "="):
        raise Refused(_DAMAGED)
    if names is None:
        if fields is not None:
            raise Refused(_DAMAGED)
        expected = dtype.newbyteorder(order) if order in "<>" else dtype
    else:
        expected = _structured(names, fields, itemsize)
    own = expected.__reduce__()[2]
    if expected.itemsize != dtype.itemsize or (itemsize, flags) != (own[5], own[7]):
        raise Refused(_DAMAGED)
    dtype.__setstate__(own)  # type: ignore[attr-defined]  # missing from numpy's stubs


def _structured(names: object, fields: object, itemsize: object) -> np.dtype[Any]:
    if not isinstance(names, tuple) or not isinstance(fields, dict) or set(names) != set(fields):
        raise Refused(_DAMAGED)
    formats, offsets = [], []
    for name in names:
        field = fields[name]
        if not isinstance(field, tuple) or not isinstance(field[0], np.dtype):
            raise Refused(_DAMAGED)
        if not is_plain(field[0]) or field[0].hasobject or not isinstance(field[1], int):
            raise Refused(_DAMAGED)
        formats.append(field[0])
        offsets.append(field[1])
    layout = {"names": list(names), "formats": formats, "offsets": offsets, "itemsize": itemsize}
    return np.dtype(layout)  # type: ignore[call-overload,no-any-return]  # checked above


def is_plain(dtype: np.dtype[Any]) -> bool:
    """Whether a dtype is one number, text or reference, without fields or a subarray."""
    return dtype.names is None and dtype.subdtype is None and dtype.kind in "biufcSUVO"
