"""Array contents: the state of a pickled array, and the raw bytes joblib writes after a header."""

from collections.abc import Callable
from typing import Any

import numpy as np

from converter.loading.dtypes import is_plain
from converter.loading.reader import BoundedReader
from inferx.errors import Refused
from sandbox.limits import UNPACKED_BYTES

_DAMAGED = "The file describes an array that does not fit its own contents; it is damaged."
_MAX_PADDING = 64


def checked_shape(shape: object, itemsize: int) -> tuple[int, ...]:
    """Check that a shape is non-negative integers whose product fits the size limit.

    Raises:
        Refused: otherwise, before anything of that size is reserved.
    """
    if not isinstance(shape, tuple) or len(shape) > 32:
        raise Refused(_DAMAGED)
    size = max(itemsize, 1)
    for length in shape:
        if type(length) is not int or length < 0:
            raise Refused(_DAMAGED)
        size *= length
    if size > UNPACKED_BYTES:
        raise Refused("The file declares an array larger than the allowed size.")
    return shape


def apply_array_state(array: np.ndarray[Any, Any], state: object) -> None:
    """Fill an array made by ``_reconstruct`` from ``(version, shape, dtype, fortran, content)``.

    Raises:
        Refused: when the content is not exactly what shape and dtype ask for.
    """
    if not isinstance(state, tuple) or len(state) != 5:
        raise Refused(_DAMAGED)
    _, shape, dtype, fortran, content = state
    if not isinstance(dtype, np.dtype) or not isinstance(fortran, int | bool):
        raise Refused(_DAMAGED)
    count = int(np.prod(checked_shape(shape, dtype.itemsize), dtype=np.int64))
    if dtype.hasobject:
        if not is_plain(dtype) or not isinstance(content, list) or len(content) != count:
            raise Refused(_DAMAGED)
    elif isinstance(content, str):
        content = content.encode("latin1")
    elif not isinstance(content, bytes):
        raise Refused(_DAMAGED)
    if not dtype.hasobject and len(content) != count * dtype.itemsize:
        raise Refused(_DAMAGED)
    _set_state(array, shape, dtype, bool(fortran), content)


def _set_state(array: Any, shape: Any, dtype: Any, fortran: bool, content: Any) -> None:
    if isinstance(content, str):
        content = content.encode("latin1")
    restore: Callable[..., None] = np.ndarray.__setstate__  # numpy types its flag as numpy.bool
    restore(array, (1, shape, dtype, fortran, content))


def apply_masked_state(array: Any, state: object) -> None:  # numpy.ma is untyped
    """Fill a masked array from ``(version, shape, dtype, fortran, content, mask, fill)``."""
    if not isinstance(state, tuple) or len(state) != 7:
        raise Refused(_DAMAGED)
    _, shape, dtype, fortran, content, mask, fill = state
    data, hidden = np.empty((0,), dtype="b"), np.empty((0,), dtype="b")
    apply_array_state(data, (1, shape, dtype, fortran, content))
    apply_array_state(hidden, (1, shape, np.dtype(bool), fortran, mask))
    _set_state(array, shape, dtype, bool(fortran), content)
    array._mask = hidden  # what MaskedArray.__setstate__ fills
    array._fill_value = None if fill is None else np.array(fill, dtype=data.dtype)


def read_joblib_array(
    header: object, file: BoundedReader, nested: Callable[[], object]
) -> np.ndarray[Any, Any]:
    """Read the array that follows a joblib header.

    Args:
        header: the state of joblib's ``NumpyArrayWrapper``.
        file: the stream, at the first byte after the header.
        nested: loads one more pickle from the stream under the same rules (object arrays).

    Raises:
        Refused: for a forged header or missing bytes.
    """
    if not isinstance(header, dict):
        raise Refused(_DAMAGED)
    dtype, order = header.get("dtype"), header.get("order")
    if header.get("subclass") is not np.ndarray or order not in ("C", "F"):
        raise Refused(_DAMAGED)
    if not isinstance(dtype, np.dtype):
        raise Refused(_DAMAGED)
    shape = checked_shape(header.get("shape"), dtype.itemsize)
    if dtype.hasobject:
        array = nested()
        if not isinstance(array, np.ndarray) or array.shape != shape or not is_plain(dtype):
            raise Refused(_DAMAGED)
        return array
    _skip_padding(header.get("numpy_array_alignment_bytes"), file)
    size = int(np.prod(shape, dtype=np.int64)) * dtype.itemsize
    content = file.read(size)
    if len(content) != size:
        raise Refused(_DAMAGED)
    flat = np.frombuffer(bytearray(content), dtype=dtype)
    return flat.reshape(shape[::-1]).transpose() if order == "F" else flat.reshape(shape)


def _skip_padding(alignment: object, file: BoundedReader) -> None:
    if alignment is None:  # written by joblib before 1.2
        return
    length = file.read(1)
    if not length or length[0] > _MAX_PADDING:
        raise Refused(_DAMAGED)
    file.read(length[0])
