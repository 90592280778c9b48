"""Rows with missing values, in every column that may be without one."""

from typing import Any

import numpy as np

from converter.estimators.columns import NUMBER, Column
from converter.estimators.layout import Layout, Rows
from converter.estimators.probes.rows import repeated
from inferx.signature import MISSING_TEXT

_IN_TEN = 10


def of_missing(layout: Layout, typical: Rows, number: int, draw: np.random.Generator) -> Rows:
    """Make rows in which each column that may be missing is so alone, and all of them together."""
    nullable = np.flatnonzero([column.nullable for column in layout.columns])
    rows = repeated(typical, number)
    marks = scattered(number, len(nullable), draw)
    for place, column in enumerate(nullable):
        rows[column] = without_values(layout.columns[column], rows[column], marks[:, place])
    return rows


def scattered(number: int, width: int, draw: np.random.Generator) -> Any:
    """Mark values of ``number`` rows in ``width`` columns: each column alone, then all of them.

    Of very many columns, as many are marked alone as half of the rows have room for; in the rest
    of the rows a tenth of the values are marked.
    """
    marks = np.zeros((number, width), dtype=bool)
    alone = np.arange(width)
    if width > number // 2:
        alone = np.linspace(0, width - 1, number // 2).astype(int)
    marks[np.arange(len(alone)), alone] = True
    marks[len(alone)] = True
    rest = number - len(alone) - 1
    marks[number - rest :] = draw.integers(_IN_TEN, size=(rest, width), dtype=np.uint8) == 0
    return marks


def without_values(column: Column, values: Any, absent: Any) -> Any:
    """Return a column's values with missing ones where ``absent`` marks them."""
    return np.where(absent, np.nan if column.kind == NUMBER else MISSING_TEXT, values)
