"""Thrift's compact protocol, as far as Parquet's footers use it: read, change, write.

Source: https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md

A structure is a dictionary of field ids to values with their types, so that what a newer writer
adds is kept as it is.
"""

from dataclasses import dataclass
from typing import Any

_TRUE, _FALSE, _BYTE, _I16, _I32, _I64, _DOUBLE, _BINARY, _LIST, _SET, _MAP, _STRUCT = range(1, 13)
_BOOLEANS = (_TRUE, _FALSE)
_INTEGERS = (_I16, _I32, _I64)


@dataclass(slots=True)
class Value:
    """A value and its type's code.

    Attributes:
        kind: the code in the field's or the list's header.
        content: a bool, an integer, bytes (also of a double), a structure, or the items of a list.
        item: the code of a list's items.
    """

    kind: int
    content: Any
    item: int = 0


type Struct = dict[int, Value]


def read(data: bytes) -> Struct:
    """Read a structure from the beginning of some bytes.

    Raises:
        ValueError, IndexError: they hold none.
    """
    return _Reader(data).struct()


def write(struct: Struct) -> bytes:
    """Return a structure's bytes."""
    out = bytearray()
    _write_struct(out, struct)
    return bytes(out)


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def struct(self) -> Struct:
        found: Struct = {}
        last = 0
        while header := self._byte():
            kind, delta = header & 15, header >> 4
            last = last + delta if delta else _signed(self._varint())
            content = kind == _TRUE if kind in _BOOLEANS else None
            found[last] = Value(kind, content) if content is not None else self._value(kind)
        return found

    def _value(self, kind: int) -> Value:
        if kind in _INTEGERS:
            return Value(kind, _signed(self._varint()))
        if kind in (_LIST, _SET):
            return self._list(kind)
        if kind == _STRUCT:
            return Value(kind, self.struct())
        if kind in (_BYTE, *_BOOLEANS):  # in a list, a boolean is a byte
            return Value(kind, self._take(1))
        if kind == _DOUBLE:
            return Value(kind, self._take(8))
        if kind == _BINARY:
            return Value(kind, self._take(self._varint()))
        raise ValueError(f"a value of type {kind}, which no footer has")

    def _list(self, kind: int) -> Value:
        header = self._byte()
        size, item = header >> 4, header & 15
        if size == 15:
            size = self._varint()
        return Value(kind, [self._value(item).content for _ in range(size)], item)

    def _byte(self) -> int:
        self._at += 1
        return self._data[self._at - 1]

    def _take(self, size: int) -> bytes:
        if size > len(self._data) - self._at:
            raise ValueError("cut off")
        self._at += size
        return self._data[self._at - size : self._at]

    def _varint(self) -> int:
        value = shift = 0
        while True:
            byte = self._byte()
            value |= (byte & 127) << shift
            if byte < 128:
                return value
            shift += 7


def _write_struct(out: bytearray, struct: Struct) -> None:
    last = 0
    for number, value in sorted(struct.items()):
        kind = value.kind
        if kind in _BOOLEANS:
            kind = _TRUE if value.content else _FALSE
        if 0 < number - last < 16:
            out.append((number - last) << 4 | kind)
        else:
            out.append(kind)
            _write_varint(out, _unsigned(number))
        last = number
        if kind not in _BOOLEANS:
            _write_value(out, value.kind, value.content, value.item)
    out.append(0)


def _write_value(out: bytearray, kind: int, content: Any, item: int) -> None:
    if kind in _INTEGERS:
        _write_varint(out, _unsigned(content))
    elif kind in (_LIST, _SET):
        out.append(min(len(content), 15) << 4 | item)
        if len(content) >= 15:
            _write_varint(out, len(content))
        for each in content:
            _write_value(out, item, each, 0)
    elif kind == _STRUCT:
        _write_struct(out, content)
    else:
        if kind == _BINARY:
            _write_varint(out, len(content))
        out += content


def _write_varint(out: bytearray, value: int) -> None:
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)


def _signed(value: int) -> int:
    return (value >> 1) ^ -(value & 1)


def _unsigned(value: int) -> int:
    return (value << 1) ^ (value >> 63)
