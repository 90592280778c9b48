"""Rows with infinite numbers, in every column that takes them."""

from collections.abc import Sequence

import numpy as np

from converter.estimators.layout import Layout, Rows
from converter.estimators.probes.missing import scattered, without_values
from converter.estimators.probes.rows import repeated, taken

_SHARES = (0.1, 0.5)
_MISSING = 0.05


def infinite_in(typical: Rows, columns: Sequence[int]) -> Rows:
    """Return a row in which the columns are infinite, and one in which they are minus that."""
    rows = taken(repeated(typical, 2), slice(None))
    for column in columns:
        rows[column][:] = np.inf, -np.inf
    return rows


def of_infinities(layout: Layout, typical: Rows, number: int, draw: np.random.Generator) -> Rows:
    """Make rows in which each column that may be infinite is so alone, and all of them together.

    A third of the rows holds infinity, a third minus infinity, and in the last third both are
    mixed with each other, with ordinary numbers, and with missing values where there may be some.
    """
    infinite = [place for place, column in enumerate(layout.columns) if column.infinite]
    rows = repeated(typical, number)
    third = number // 3
    for start, value in ((0, np.inf), (third, -np.inf)):
        marks = scattered(third, len(infinite), draw)
        for turn, place in enumerate(infinite):
            rows[place][start : start + third][marks[:, turn]] = value
    mixed = number - 2 * third
    shares = np.resize(_SHARES, mixed)
    for place in infinite:
        marks = draw.random(mixed) < shares
        values = draw.choice([np.inf, -np.inf], mixed)
        rows[place][-mixed:][marks] = values[marks]
    for place, column in enumerate(layout.columns):
        if column.nullable:
            absent = np.zeros(number, dtype=bool)
            absent[-mixed:] = draw.random(mixed) < _MISSING
            rows[place] = without_values(column, rows[place], absent)
    return rows
