"""New numpy dtypes for the ones that a file describes.

``dtype.__setstate__`` trusts its argument: given the state of a record, an ``O8`` dtype still reads
its elements as object pointers but reports that it holds no objects. It is therefore never called.
numpy makes each dtype from a kind, a size and a byte order, or from fields of such dtypes, and only
if the state in the file equals the one that numpy writes for the result.
"""

import re
from functools import partial
from typing import Any

import numpy as np

from converter.loading.pending import Pending
from inferx.errors import Refused

_SPEC = re.compile(r"[<>|=]?(b1|i[1248]|u[1248]|f(?:2|4|8|16)|c(?:8|16|32)|O8|[SUV]\d{1,9})")
_SHORT = {"?": "b1", "O": "O8"}
_DAMAGED = "The file describes an array type that numpy does not have; it is damaged."


def pending_dtype(spec: object, *_: object) -> Pending:
    """Replace ``numpy.dtype(spec, align, copy)`` until the dtype's state is read.

    Raises:
        Refused: for anything but one bool, integer, float, complex, text, bytes, void or object.
    """
    if type(spec) is not str:
        raise Refused(_DAMAGED)
    described = _SPEC.fullmatch(_SHORT.get(spec, spec))
    if described is None:
        raise Refused(_DAMAGED)
    return Pending(partial(_dtype_from_state, described[1]))


def _dtype_from_state(described: str, state: object) -> np.dtype[Any]:
    """Return the dtype on which a description and a pickled state agree.

    Args:
        described: kind and size, ``f8`` for instance.
        state: ``(version, byte order, subarray, names, fields, itemsize, alignment, flags)``.
    """
    if type(state) is not tuple or len(state) != 8:
        raise Refused(_DAMAGED)
    _, order, subarray, names, fields, itemsize, _, flags = state
    if subarray is not None or type(order) is not str or order not in ("<", ">", "|"):
        raise Refused(_DAMAGED)
    if names is None and fields is None:
        made = np.dtype(order + described)
    elif described[0] == "V":
        made = _record(names, fields, int(described[1:]))
    else:
        raise Refused(_DAMAGED)  # only a void has room for fields
    written = made.__reduce__()[2]
    if (order, itemsize, flags) != (written[1], written[5], written[7]):
        raise Refused(_DAMAGED)
    _check_as_described(made, np.dtype(described), order, fields)
    return made


def _record(names: object, fields: object, size: int) -> np.dtype[Any]:
    if type(names) is not tuple or type(fields) is not dict or not names:
        raise Refused(_DAMAGED)
    if any(type(name) is not str for name in names) or sorted(fields) != sorted(names):
        raise Refused(_DAMAGED)
    formats, offsets, end = [], [], 0
    for name in sorted(names, key=lambda name: _offset(fields[name])):
        dtype, offset = fields[name]
        if not isinstance(dtype, np.dtype) or not is_plain(dtype) or dtype.hasobject:
            raise Refused(_DAMAGED)
        if offset < end:
            raise Refused(_DAMAGED)  # fields that overlap
        end = offset + dtype.itemsize
    if end > size:
        raise Refused(_DAMAGED)
    for name in names:
        formats.append(fields[name][0])
        offsets.append(fields[name][1])
    layout = {"names": list(names), "formats": formats, "offsets": offsets, "itemsize": size}
    return np.dtype(layout)  # type: ignore[call-overload,no-any-return]  # checked above


def _offset(field: object) -> int:
    if type(field) is not tuple or len(field) != 2 or type(field[1]) is not int or field[1] < 0:
        raise Refused(_DAMAGED)
    return field[1]


def _check_as_described(
    made: np.dtype[Any], described: np.dtype[Any], order: str, fields: dict[str, Any] | None
) -> None:
    """Compare the dtype that numpy made with the description, independently of how it was made.

    Raises:
        Refused: when they differ.
    """
    same = (
        (made.num, made.kind, made.itemsize) == (described.num, described.kind, described.itemsize)
        and made.hasobject == (described.kind == "O")
        and made.subdtype is None
        and made.metadata is None
        and (None if made.fields is None else dict(made.fields)) == fields
        and (fields is not None or made.isnative == (order != ">"))
    )
    if not same:
        raise Refused(_DAMAGED)


def is_plain(dtype: np.dtype[Any]) -> bool:
    """Report whether a dtype is one number, text or reference, without fields or a subarray."""
    return dtype.names is None and dtype.subdtype is None and dtype.kind in "biufcSUVO"
