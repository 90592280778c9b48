"""Where the records of CSV and JSON Lines end: the one scanner of both cutting and reading.

Source: RFC 4180, with what readers agree on beyond it: a quote opens a field only at its
beginning, and what follows a closing quote belongs to the field.
"""

import re
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

type Ends = NDArray[np.intp]
type Scanner = Callable[[bytes], Ends]
"""Returns where each complete record of a block ends, just past its newline; the block begins
with a record."""

_QUOTED = rb'"[^"]*+(?:""[^"]*+)*+"[^,\n]*+'
_FIELD = rb"(?:" + _QUOTED + rb'|[^",\n][^,\n]*+|)'
_RECORD = re.compile(_FIELD + rb"(?:," + _FIELD + rb")*+\n")
_NEWLINE, _RETURN, _QUOTE, _COMMA = b'\n\r",'
_NONE = np.empty(0, np.intp)


def lines(block: bytes) -> Ends:
    """Return where each line ends; see :data:`Scanner`."""
    return np.flatnonzero(np.frombuffer(block, np.uint8) == _NEWLINE) + 1


def csv_records(block: bytes) -> Ends:
    """Return where each CSV record ends; newlines inside quotes end none."""
    if b'"' not in block:
        return lines(block)
    data = np.frombuffer(block, np.uint8)
    quotes = np.flatnonzero(data == _QUOTE)
    if not _are_regular(data, quotes):
        return _one_by_one(block)
    newlines = np.flatnonzero(data == _NEWLINE)
    outside = np.searchsorted(quotes, newlines) % 2 == 0
    ends: Ends = newlines[outside] + 1
    return ends


def filled(block: bytes, ends: Ends) -> NDArray[np.bool_]:
    """Return which records hold anything: empty lines are no rows."""
    if not len(ends):
        return np.empty(0, np.bool_)
    data = np.frombuffer(block, np.uint8)
    sizes = np.diff(ends, prepend=0)
    starts = ends - sizes
    bare = (sizes == 1) & (data[starts] == _NEWLINE)
    empty: NDArray[np.bool_] = bare | ((sizes == 2) & (data[starts] == _RETURN))
    return ~empty


def _are_regular(data: NDArray[np.uint8], quotes: Ends) -> bool:
    """Return whether quotes open and close in turns, so that counting them is enough."""
    openings, closings = quotes[0::2], quotes[1::2]
    before = data[openings[openings > 0] - 1]
    after = data[closings[closings < len(data) - 1] + 1]
    return bool(
        np.isin(before, (_COMMA, _NEWLINE, _QUOTE)).all()
        and np.isin(after, (_COMMA, _NEWLINE, _RETURN, _QUOTE)).all()
    )


def _one_by_one(block: bytes) -> Ends:
    ends = []
    position = 0
    while found := _RECORD.match(block, position):
        position = found.end()
        ends.append(position)
    return np.array(ends, np.intp) if ends else _NONE
