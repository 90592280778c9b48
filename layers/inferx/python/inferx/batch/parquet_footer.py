"""One Parquet file made of several: their row groups as they are, under one footer.

Source: https://github.com/apache/parquet-format, "File format" and ``parquet.thrift``: the magic
number, the row groups, the footer (a ``FileMetaData``), its length in 4 bytes, the magic number.
Only the places in the footer depend on where in the file the row groups lie.
"""

import struct

from inferx.batch import thrift
from inferx.batch.thrift import Struct, Value

MAGIC = b"PAR1"
TAIL = 8
"""Bytes at the end of a file: the footer's length, and the magic number."""

# Fields of FileMetaData, RowGroup, ColumnChunk and ColumnMetaData in parquet.thrift.
_NUM_ROWS, _ROW_GROUPS = 3, 4
_COLUMNS, _GROUP_OFFSET, _ORDINAL = 1, 5, 7
_CHUNK_OFFSET, _META, _OFFSET_INDEX, _COLUMN_INDEX = 2, 3, 4, 6
_PAGES = (9, 10, 11, 14)  # data, index and dictionary pages, and the Bloom filter


def footer_size(tail: bytes) -> int:
    """Return how many bytes the footer has with its tail, from the file's last bytes."""
    (size,) = struct.unpack("<I", tail[-TAIL:-4])
    return int(size) + TAIL


class JoinedFooter:
    """The footer of a file that is made of others, one after the other."""

    def __init__(self) -> None:
        self._joined: Struct | None = None
        self._rows = 0
        self._groups: list[Struct] = []

    def add(self, footer: bytes, shift: int) -> None:
        """Add the row groups of a file.

        Args:
            footer: the end of that file: its footer and its tail.
            shift: how many bytes further its content lies in the new one.
        """
        found = thrift.read(footer[:-TAIL])
        self._joined = self._joined or found
        self._rows += found[_NUM_ROWS].content
        for group in found[_ROW_GROUPS].content:
            _move_group(group, shift, len(self._groups))
            self._groups.append(group)

    def content(self) -> bytes:
        """Return the end of the new file: its footer and its tail."""
        assert self._joined is not None  # every job has a part
        groups = self._joined[_ROW_GROUPS]
        merged = {
            **self._joined,
            _NUM_ROWS: Value(self._joined[_NUM_ROWS].kind, self._rows),
            _ROW_GROUPS: Value(groups.kind, self._groups, item=12),
        }
        written = thrift.write(merged)
        return written + struct.pack("<I", len(written)) + MAGIC


def _move_group(group: Struct, shift: int, ordinal: int) -> None:
    _move(group, _GROUP_OFFSET, shift)
    if _ORDINAL in group:
        if ordinal < 1 << 15:
            group[_ORDINAL].content = ordinal
        else:
            del group[_ORDINAL]  # 16 bits; only encryption needs it
    for chunk in group[_COLUMNS].content:
        for place in (_CHUNK_OFFSET, _OFFSET_INDEX, _COLUMN_INDEX):
            _move(chunk, place, shift)
        if _META in chunk:
            for place in _PAGES:
                _move(chunk[_META].content, place, shift)


def _move(struct: Struct, field: int, shift: int) -> None:
    # 0 is no place: file_offset has been so since it was deprecated.
    if field in struct and struct[field].content:
        struct[field].content += shift
