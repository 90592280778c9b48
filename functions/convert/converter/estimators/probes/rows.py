"""Rows as columns: taken, put together, repeated."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from converter.estimators.layout import Rows

_FEW = 0.25
"""Of typical rows, the share of different values up to which a column holds codes."""


def count(rows: Rows) -> int:
    """Return how many rows there are."""
    return len(rows[0]) if rows else 0


def taken(rows: Rows, places: Any) -> Rows:  # a slice, a mask or positions
    """Return some of the rows, as a copy."""
    return [np.array(column[places]) for column in rows]


def joined(parts: Iterable[Rows]) -> Rows:
    """Return the rows of all parts, in order."""
    return [np.concatenate(columns) for columns in zip(*parts, strict=True)]


def repeated(rows: Rows, number: int) -> Rows:
    """Return ``number`` rows: these, again from the first where they are too few."""
    return taken(rows, np.arange(number) % count(rows))


def with_values_of(rows: Rows, others: Rows, columns: Any) -> Rows:
    """Return the rows, each with the value of another one in its own one of the columns."""
    changed = [column.copy() for column in rows]
    for column in np.unique(columns):
        at = columns == column
        changed[column][at] = others[column][at]
    return changed


def are_codes(values: Any) -> bool:
    """Return whether a column's typical values are few: categories, between which is nothing."""
    return bool(len(np.unique(values)) <= _FEW * len(values))
