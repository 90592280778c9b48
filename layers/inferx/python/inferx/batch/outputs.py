"""A part's result as it grows: blocks of rows, each compressed by itself.

A block is what may follow another part's bytes: some text, a gzip member, a zstd frame, or a row
group. Work stops between blocks, so that how often it stopped shows nowhere in the result.
"""

import io
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.parquet as pq

from inferx.batch.compression import compressor
from inferx.entities.jobs import Compression

BLOCK_SLICES = 16
"""Slices of a block: with 4,096 rows each, a row group has 65,536 rows."""


class Output(Protocol):
    """Takes the results of slices, in order."""

    def add(self, written: Any) -> None:
        """Add a slice's result."""
        ...

    def end_block(self) -> None:
        """End the block; the next slice begins another."""
        ...

    def content(self) -> bytes:
        """End the result and return it."""
        ...


class TextOutput:
    """Results of CSV and JSON Lines."""

    def __init__(self, compression: Compression | None) -> None:
        self._compress = compressor(compression)
        self._block: list[bytes] = []
        self._done: list[bytes] = []

    def add(self, written: bytes) -> None:
        """Implement :meth:`Output.add`."""
        self._block.append(written)

    def end_block(self) -> None:
        """Implement :meth:`Output.end_block`."""
        self._done.append(self._compress(b"".join(self._block)))
        self._block.clear()

    def content(self) -> bytes:
        """Implement :meth:`Output.content`."""
        self.end_block()
        return b"".join(self._done)


class ParquetOutput:
    """Results of Parquet."""

    def __init__(self, schema: Any) -> None:
        self._sink = io.BytesIO()
        # A dictionary of floats rarely pays, and trying one takes half of the time of writing.
        repeated = [each.name for each in schema if not pa.types.is_floating(each.type)]
        self._writer = pq.ParquetWriter(self._sink, schema, use_dictionary=repeated)
        self._block: list[Any] = []

    def add(self, written: Any) -> None:
        """Implement :meth:`Output.add`."""
        self._block.append(written)

    def end_block(self) -> None:
        """Implement :meth:`Output.end_block`."""
        if self._block:
            table = pa.concat_tables(self._block)
            self._writer.write_table(table, row_group_size=max(1, table.num_rows))
        self._block.clear()

    def content(self) -> bytes:
        """Implement :meth:`Output.content`."""
        self.end_block()
        self._writer.close()
        return self._sink.getvalue()
