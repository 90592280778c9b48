"""Streams of bytes, cut into slices of whole records."""

import re
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from inferx.batch.records import Ends, Scanner, filled
from inferx.errors import BadInput

SLICE_ROWS = 4096
"""Rows that are predicted at once. Few enough that a slow model's slice fits an invocation, and
enough that one run of the graph costs nothing beside its rows."""

SLICE_BYTES = 4 << 20
"""Bytes after which a slice ends before that."""

RECORD_BYTES = 1 << 20
"""The longest record."""


_EMPTY_LINES = re.compile(rb"(?:\r?\n)+")


@dataclass(frozen=True, slots=True)
class Slice:
    """Some records that follow each other in a file.

    Attributes:
        data: their bytes, and those of empty lines between them.
        ends: where each record ends in them, just past its newline.
        position: how many bytes of the stream come before it.
    """

    data: bytes
    ends: Ends
    position: int

    @property
    def end(self) -> int:
        """How many bytes of the stream have been taken with this slice."""
        return self.position + len(self.data)

    @property
    def is_plain(self) -> bool:
        """Whether each record is a line, and there are no empty ones between them."""
        return self.data.count(b"\n") == len(self.ends)

    def records(self) -> list[bytes]:
        """Return each record, with its newline."""
        if self.is_plain:
            return [row + b"\n" for row in self.data.split(b"\n")[:-1]]
        starts = [0, *self.ends[:-1].tolist()]
        return [
            self.data[_past_empty_lines(self.data, start) : end]
            for start, end in zip(starts, self.ends.tolist(), strict=True)
        ]


def slices(blocks: Iterable[bytes], scan: Scanner) -> Iterator[Slice]:
    """Yield slices that are the same however the stream comes in blocks.

    A last record without a newline gets one.

    Args:
        blocks: the stream, which begins with a record.
        scan: finds the ends of records.

    Raises:
        BadInput: a record is too long.
    """
    position = 0
    held = b""
    for block in blocks:
        held += block
        if len(held) >= SLICE_BYTES + RECORD_BYTES:
            taken = yield from _slices(held, position, scan, is_last=False)
            position += taken
            held = held[taken:]
    if held and not held.endswith(b"\n"):
        held += b"\n"
    yield from _slices(held, position, scan, is_last=True)


def _slices(
    held: bytes, position: int, scan: Scanner, *, is_last: bool
) -> Generator[Slice, None, int]:
    """Yield the slices that are complete, and return how many bytes are done with."""
    ends = _checked(scan(held), held, position, is_last=is_last)
    rows = ends[filled(held, ends)]
    start = _past_empty_lines(held, 0)
    while True:
        rows = rows[rows > start]
        some = rows[:SLICE_ROWS]
        within = some[some <= start + SLICE_BYTES]
        is_full = len(some) == SLICE_ROWS or len(within) < len(some)
        if not (is_full or (is_last and len(some))):
            return start
        chosen = within if len(within) else some[:1]
        end = int(chosen[-1])
        yield Slice(held[start:end], chosen - start, position + start)
        start = _past_empty_lines(held, end)


def _checked(ends: Ends, held: bytes, position: int, *, is_last: bool) -> Ends:
    rest = len(held) - (int(ends[-1]) if len(ends) else 0)
    if is_last and rest:
        ends = np.append(ends, len(held))  # with a quote that is never closed
    if rest > RECORD_BYTES or (np.diff(ends, prepend=0) > RECORD_BYTES).any():
        raise BadInput(
            f"A record is longer than {RECORD_BYTES:,} bytes, after byte {position:,} of the file. "
            "Is a quote not closed?"
        )
    return ends


def _past_empty_lines(data: bytes, start: int) -> int:
    found = _EMPTY_LINES.match(data, start)
    return found.end() if found else start
