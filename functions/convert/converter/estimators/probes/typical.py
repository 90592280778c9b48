"""Rows around what the model learned, numbers also as people write them."""

from typing import Any

import numpy as np

from converter.estimators.columns import NUMBER, STRING, Column
from converter.estimators.layout import Layout, Rows
from converter.estimators.probes.categories import UNKNOWN
from converter.estimators.probes.domains import ANY, Domain
from converter.estimators.probes.exemplars import rows_for

_ROUNDED = 0.3
"""The share of rows whose numbers are rounded."""
_DIGITS = (0, 1, 2)


def typical_rows(
    estimator: Any,
    layout: Layout,
    number: int,
    *,
    domain: Domain = ANY,
    rounded: bool = False,
    seed: int = 0,
) -> Rows:
    """Draw rows from what the model holds; some with unknown categories.

    Args:
        estimator: fitted and unwrapped.
        layout: its columns.
        number: how many rows.
        domain: what the rows may hold; where it has unknown categories, some rows get one.
        rounded: whether some rows get whole numbers and short decimals.
        seed: of the generator, so that a report can be repeated.
    """
    draw = np.random.default_rng(seed)
    rows = rows_for(estimator, len(layout.columns), number, draw)
    finished = [
        _finished(column, values, draw, domain.unknown)
        for column, values in zip(layout.columns, rows, strict=True)
    ]
    return domain.of(_rounded(finished, layout, draw) if rounded else finished)


def _finished(column: Column, values: Any, draw: np.random.Generator, unknown: bool) -> Any:
    if column.kind == NUMBER:
        return np.asarray(values, dtype=float)
    strings = np.array([str(value) for value in values], dtype=object)
    if column.kind == STRING and unknown:
        strings[draw.random(len(strings)) < 0.1] = UNKNOWN
    return strings


def _rounded(rows: Rows, layout: Layout, draw: np.random.Generator) -> Rows:
    chosen = np.flatnonzero(draw.random(len(rows[0])) < _ROUNDED)
    for places, digits in zip(np.array_split(chosen, len(_DIGITS)), _DIGITS, strict=True):
        for column, values in zip(layout.columns, rows, strict=True):
            if column.kind == NUMBER:
                values[places] = np.round(values[places], digits)
    return rows
