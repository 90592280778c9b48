"""Strings that pandas keeps in pyarrow's buffers, read without pyarrow.

The layout is the Arrow columnar format's for variable-size binary: a bitmap of what is not missing,
offsets, and the UTF-8 text between them (https://arrow.apache.org/docs/format/Columnar.html).
"""

from typing import Any

import numpy as np

from inferx.errors import Refused

_DAMAGED = "The file describes pyarrow text that pyarrow never writes; it is damaged."
_NOT_TEXT = (
    "The file holds a pyarrow array of {}, and only text is read here; give the model its columns "
    "as a list of names, and fit and save it again."
)
_OFFSETS: dict[object, np.dtype[Any]] = {
    "string": np.dtype("<i4"),
    "large_string": np.dtype("<i8"),
}


def data_type(alias: object) -> str:
    """Stand in for ``type_for_alias``.

    Raises:
        Refused: for anything but text.
    """
    if type(alias) is not str or alias not in _OFFSETS:
        raise Refused(_NOT_TEXT.format(str(alias)[:40]))
    return alias


def buffer(content: object) -> bytes:
    """Stand in for ``py_buffer``."""
    if not isinstance(content, bytes | bytearray):
        raise Refused(_DAMAGED)
    return bytes(content)


def array(described: object) -> list[str | None]:
    """Stand in for ``_restore_array((type, length, nulls, offset, buffers, …))``.

    Raises:
        Refused: unless each text lies inside the buffer.
    """
    if type(described) is not tuple or len(described) < 5:
        raise Refused(_DAMAGED)
    alias, length, _, start, buffers = described[:5]
    if alias not in _OFFSETS or type(buffers) is not list or len(buffers) != 3:
        raise Refused(_DAMAGED)
    if any(type(count) is not int or count < 0 for count in (length, start)):
        raise Refused(_DAMAGED)
    valid, places, text = (b"" if part is None else part for part in buffers)
    if not all(type(part) is bytes for part in (valid, places, text)):
        raise Refused(_DAMAGED)
    end = start + length
    kind = _OFFSETS[alias]
    if len(places) < (end + 1) * kind.itemsize or (valid and len(valid) * 8 < end):
        raise Refused(_DAMAGED)
    offsets = np.frombuffer(places, kind)[start : end + 1].tolist()
    if offsets[0] < 0 or offsets[-1] > len(text) or sorted(offsets) != offsets:
        raise Refused(_DAMAGED)
    present = [not valid or valid[place // 8] >> place % 8 & 1 for place in range(start, end)]
    return [
        text[offsets[place] : offsets[place + 1]].decode() if present[place] else None
        for place in range(length)
    ]


def chunked_array(chunks: object, _: object = None) -> list[str | None]:
    """Stand in for ``chunked_array``: its chunks, one after the other."""
    if type(chunks) is not list or any(type(chunk) is not list for chunk in chunks):
        raise Refused(_DAMAGED)
    return [value for chunk in chunks for value in chunk]
