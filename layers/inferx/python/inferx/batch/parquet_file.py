"""Rows of a Parquet file in the bucket, read by position."""

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from inferx.batch.ranged_file import RangedFile
from inferx.errors import BadInput
from inferx.storage.files import StoredFile

_PAGES = 1 << 20
"""Bytes of a column that are read at a time."""


class ParquetInput:
    """A Parquet file.

    Args:
        file: the object.

    Raises:
        BadInput: it is none.
    """

    def __init__(self, file: StoredFile) -> None:
        self.source = RangedFile(file)
        try:
            self._file = pq.ParquetFile(self.source, buffer_size=_PAGES, pre_buffer=False)
            self.schema = self._file.schema_arrow
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError) as error:
            raise BadInput("The file is not a Parquet file that can be read.") from error
        self.rows = self._file.metadata.num_rows

    @property
    def row_bytes(self) -> int:
        """The bytes of one row on average, not compressed."""
        groups = self._file.metadata
        total = sum(groups.row_group(at).total_byte_size for at in range(groups.num_row_groups))
        return int(total // max(1, self.rows))

    def tables(self, columns: list[str], start: int, end: int, rows: int) -> Iterator[Any]:
        """Yield the rows from ``start`` to ``end``, so many at a time.

        Args:
            columns: the names of those to read.
            start: the first row.
            end: the row after the last.
            rows: of each table but the last.

        Raises:
            BadInput: a page cannot be read.
        """
        groups, skipped = self._groups(start, end)
        batches = self._file.iter_batches(rows, groups, columns, use_threads=False)
        held: list[Any] = []
        count = 0
        left = end - start
        for batch in _readable(batches):
            taken = batch.slice(min(skipped, batch.num_rows), left)
            skipped -= min(skipped, batch.num_rows)
            left -= taken.num_rows
            held.append(taken)
            count += taken.num_rows
            while count >= rows:
                table = pa.Table.from_batches(held)
                yield table.slice(0, rows)
                held, count = table.slice(rows).to_batches(), count - rows
        if count:
            yield pa.Table.from_batches(held)

    def _groups(self, start: int, end: int) -> tuple[list[int], int]:
        """Return the row groups that hold these rows, and how many rows to skip in them."""
        chosen: list[int] = []
        first = 0
        skipped = 0
        for at in range(self._file.metadata.num_row_groups):
            rows = self._file.metadata.row_group(at).num_rows
            if first < end and first + rows > start:
                if not chosen:
                    skipped = start - first
                chosen.append(at)
            first += rows
        return chosen, skipped


def _readable(batches: Iterator[Any]) -> Iterator[Any]:
    try:
        yield from batches
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError) as error:
        raise BadInput(
            "The Parquet file is damaged, or encoded in a way that is not read."
        ) from error
