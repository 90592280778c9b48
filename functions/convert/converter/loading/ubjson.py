"""Universal Binary JSON (ubjson.org, draft 12), the subset that XGBoost writes.

A declared length is never trusted: nothing is read or reserved beyond the document's own bytes.
"""

from typing import Any

import numpy as np

_MAX_DEPTH = 24
_NUMBERS = {"i": ">i1", "U": ">u1", "I": ">i2", "l": ">i4", "L": ">i8", "d": ">f4", "D": ">f8"}
_CONSTANTS = {"T": True, "F": False, "Z": None}


class Document:
    """One value read from bytes, with the extent of each part of it in them.

    Raises:
        ValueError: for bytes that are anything else.
    """

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._at = 0
        self.extents: dict[tuple[str, ...], slice] = {}
        self.value = self._value((), self._marker())
        if self._at != len(content):
            raise ValueError("more than one value")

    def _take(self, size: int) -> bytes:
        taken = self._content[self._at : self._at + size]
        if size < 0 or len(taken) != size:
            raise ValueError("longer than the document")
        self._at += size
        return taken

    def _marker(self) -> str:
        return self._take(1).decode("latin1")

    def _length(self) -> int:
        marker = self._marker()
        if marker not in "iUIlL":
            raise ValueError("a length that is no integer")
        return int(self._numbers(marker, 1)[0])

    def _numbers(self, marker: str, count: int) -> np.ndarray[Any, Any]:
        kind = np.dtype(_NUMBERS[marker])
        return np.frombuffer(self._take(count * kind.itemsize), dtype=kind)

    def _text(self) -> str:
        return self._take(self._length()).decode()

    def _value(self, path: tuple[str, ...], marker: str) -> Any:
        if len(path) > _MAX_DEPTH:
            raise ValueError("nested too deeply")
        if marker == "{":
            return self._object(path)
        if marker == "[":
            return self._list(path)
        if marker == "S":
            return self._text()
        if marker in _CONSTANTS:
            return _CONSTANTS[marker]
        if marker not in _NUMBERS:
            raise ValueError("an unknown kind of value")
        return self._numbers(marker, 1)[0].item()

    def _object(self, path: tuple[str, ...]) -> dict[str, Any]:
        items: dict[str, Any] = {}
        while self._content[self._at : self._at + 1] != b"}":
            key = self._text()
            if key in items:
                raise ValueError("a key twice")
            start, inner = self._at, (*path, key)
            items[key] = self._value(inner, self._marker())
            self.extents[inner] = slice(start, self._at)
        self._at += 1
        return items

    def _list(self, path: tuple[str, ...]) -> Any:
        if self._content[self._at : self._at + 1] == b"$":
            self._at += 1
            kind = self._marker()
            if kind not in _NUMBERS or self._marker() != "#":
                raise ValueError("a typed list without a count")
            return self._numbers(kind, self._length())
        items: list[Any] = []
        if self._content[self._at : self._at + 1] == b"#":
            self._at += 1
            return [self._value((*path, "[]"), self._marker()) for _ in range(self._length())]
        while (marker := self._marker()) != "]":
            items.append(self._value((*path, "[]"), marker))
        return items
