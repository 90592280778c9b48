"""Arrays from a file, in each form that numpy and joblib write.

Every array is created complete, from a dtype of :mod:`converter.loading.dtypes`, a checked shape
and content of exactly the size that both require.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from converter.loading.dtypes import is_plain
from converter.loading.pending import Pending
from converter.loading.reader import BoundedReader
from inferx.errors import Refused
from sandbox.limits import UNPACKED_BYTES

_DAMAGED = "The file describes an array that does not fit its own contents; it is damaged."
_TOO_LARGE = "The file declares an array larger than the allowed size."
_MAX_PADDING = 64
_MAX_DIMENSIONS = 32
_ORDERS = ("C", "F")


def pending_array(subtype: object, shape: object, typecode: object) -> Pending:
    """Replace ``_reconstruct``, which numpy calls before it sets an array's state."""
    if subtype is not np.ndarray or shape != (0,) or typecode not in (b"b", "b"):
        raise Refused(_DAMAGED)
    return Pending(array_from_state)


def pending_masked(subtype: object, base: object, shape: object, _: object) -> Pending:
    """Replace ``_mareconstruct``, which numpy calls before it sets a masked array's state."""
    if subtype is not np.ma.MaskedArray or base is not np.ndarray or shape != (0,):
        raise Refused(_DAMAGED)
    return Pending(_masked_from_state)


def array_from_state(state: object) -> np.ndarray[Any, Any]:
    """Return the array of a state ``(version, shape, dtype, fortran, content)``.

    Raises:
        Refused: when the content is not exactly what shape and dtype require.
    """
    if type(state) is not tuple or len(state) != 5:
        raise Refused(_DAMAGED)
    _, shape, dtype, fortran, content = state
    if not isinstance(dtype, np.dtype) or type(fortran) not in (bool, int):
        raise Refused(_DAMAGED)
    order = "F" if fortran else "C"
    if dtype.hasobject:
        return _of_objects(dtype, shape, order, content)
    if type(content) is str:
        content = content.encode("latin1")
    if type(content) is not bytes:
        raise Refused(_DAMAGED)
    return _of_numbers(dtype, shape, order, content).copy(order="K")


def _masked_from_state(state: object) -> Any:  # numpy.ma is untyped
    """Return the masked array of ``(version, shape, dtype, fortran, content, mask, fill value)``.

    The fill value is left out, because predictions never read it.
    """
    if type(state) is not tuple or len(state) != 7:
        raise Refused(_DAMAGED)
    _, shape, dtype, fortran, content, mask, _ = state
    data = array_from_state((1, shape, dtype, fortran, content))
    hidden = array_from_state((1, shape, np.dtype(bool), fortran, mask))
    return np.ma.MaskedArray(data, mask=hidden)


def array_from_buffer(
    buffer: object, dtype: object, shape: object, order: object, axes: object = None
) -> np.ndarray[Any, Any]:
    """Replace ``_frombuffer``, which protocol 5 calls.

    A mutable buffer is copied: through two arrays over one buffer, a file could change a checked
    array by writing to the other.
    """
    if type(buffer) not in (bytes, bytearray) or not isinstance(dtype, np.dtype):
        raise Refused(_DAMAGED)
    if order == "K":
        if type(axes) is not tuple or any(type(axis) is not int for axis in axes):
            raise Refused(_DAMAGED)
        array = _of_numbers(dtype, shape, "C", buffer).transpose(axes)
    else:
        array = _of_numbers(dtype, shape, order, buffer)
    return array if type(buffer) is bytes else array.copy(order="K")


def scalar(dtype: object, content: object = None) -> Any:  # a number or text of numpy's
    """Replace numpy's ``scalar``: return one element, read from exactly its dtype's size."""
    if not isinstance(dtype, np.dtype) or dtype.hasobject or not is_plain(dtype):
        raise Refused(_DAMAGED)
    if type(content) is str:
        content = content.encode("latin1")
    if content is None and dtype.itemsize == 0:
        content = b""  # empty text
    if type(content) is not bytes:
        raise Refused(_DAMAGED)
    return _of_numbers(dtype, (1,), "C", content)[0]


def _of_numbers(
    dtype: np.dtype[Any], shape: object, order: object, content: Any
) -> np.ndarray[Any, Any]:
    """Return an array without objects over the given bytes."""
    sizes = _checked_shape(shape, dtype.itemsize)
    size = math.prod(sizes) * dtype.itemsize
    if dtype.hasobject or order not in _ORDERS or len(content) != size:
        raise Refused(_DAMAGED)
    if size == 0:
        return np.zeros(sizes, dtype=dtype)
    flat = np.frombuffer(content, dtype=dtype)
    for truths in [flat[name] for name in dtype.names] if dtype.names else [flat]:
        if truths.dtype.kind == "b" and truths.view(np.uint8).max() > 1:
            raise Refused(_DAMAGED)  # native code expects 0 or 1
    return flat.reshape(sizes, order=order)  # type: ignore[call-overload,no-any-return]  # C or F


def _of_objects(
    dtype: np.dtype[Any], shape: object, order: str, content: object
) -> np.ndarray[Any, Any]:
    sizes = _checked_shape(shape, dtype.itemsize)
    if not is_plain(dtype) or type(content) is not list or len(content) != math.prod(sizes):
        raise Refused(_DAMAGED)
    flat = np.fromiter(content, dtype=object, count=len(content))
    return np.asarray(flat.reshape(sizes), order="F" if order == "F" else "C")


def _checked_shape(shape: object, itemsize: int) -> tuple[int, ...]:
    """Return a shape of non-negative integers whose product fits the size limit.

    Raises:
        Refused: otherwise, before anything of that size is reserved.
    """
    if type(shape) is not tuple or len(shape) > _MAX_DIMENSIONS:
        raise Refused(_DAMAGED)
    if any(type(length) is not int or length < 0 for length in shape):
        raise Refused(_DAMAGED)
    if math.prod(max(length, 1) for length in shape) * max(itemsize, 1) > UNPACKED_BYTES:
        raise Refused(_TOO_LARGE)
    return shape


def read_joblib_array(
    header: object, file: BoundedReader, nested: Callable[[], object]
) -> np.ndarray[Any, Any]:
    """Read the array that follows a joblib header.

    Args:
        header: the state of joblib's ``NumpyArrayWrapper``.
        file: the stream, at the first byte after the header.
        nested: loads one more pickle from the stream by the same rules (object arrays).

    Raises:
        Refused: for a forged header or missing bytes.
    """
    if type(header) is not dict:
        raise Refused(_DAMAGED)
    dtype, order = header.get("dtype"), header.get("order")
    if header.get("subclass") is not np.ndarray or not isinstance(dtype, np.dtype):
        raise Refused(_DAMAGED)
    shape = _checked_shape(header.get("shape"), dtype.itemsize)
    if dtype.hasobject:
        array = nested()
        fits = type(array) is np.ndarray and array.shape == shape and array.dtype == dtype
        if not fits:
            raise Refused(_DAMAGED)
        return array  # type: ignore[return-value]  # of that type
    _skip_padding(header.get("numpy_array_alignment_bytes"), file)
    content = file.read(math.prod(shape) * dtype.itemsize)
    return _of_numbers(dtype, shape, order, bytearray(content))


def _skip_padding(alignment: object, file: BoundedReader) -> None:
    if alignment is None:  # written by joblib before 1.2
        return
    length = file.read(1)
    if not length or length[0] > _MAX_PADDING:
        raise Refused(_DAMAGED)
    file.read(length[0])
