"""The rows on which the original and its ONNX form must predict the same."""

from typing import Any

import numpy as np

from converter.estimators.columns import NUMBER, STRING, Column
from converter.estimators.exemplars import rows_for
from converter.estimators.layout import Layout, Rows
from inferx.signature import MISSING_TEXT

ROWS = 256
_UNKNOWN = "a category the model has not seen"


def probe_rows(
    estimator: Any,
    layout: Layout,
    *,
    unknown: bool = True,
    seed: int = 0,
) -> Rows:
    """Draw rows from what the model holds; some with unknown categories.

    Args:
        estimator: fitted and unwrapped.
        layout: its columns.
        unknown: whether some rows get categories that the model has not seen.
        seed: of the generator, so that a report can be repeated.
    """
    draw = np.random.default_rng(seed)
    rows = rows_for(estimator, len(layout.columns), ROWS, draw)
    return [
        _finished(column, values, draw, unknown)
        for column, values in zip(layout.columns, rows, strict=True)
    ]


def with_missing(rows: Rows, layout: Layout, seed: int = 1) -> Rows:
    """Leave out a tenth of the values of each column that may be without one."""
    draw = np.random.default_rng(seed)
    return [
        np.where(
            draw.random(len(values)) < 0.1,
            np.nan if column.kind == NUMBER else MISSING_TEXT,
            values,
        )
        if column.nullable
        else values
        for column, values in zip(layout.columns, rows, strict=True)
    ]


def _finished(column: Column, values: Any, draw: np.random.Generator, unknown: bool) -> Any:
    if column.kind == NUMBER:
        return np.asarray(values, dtype=float)
    strings = np.array([str(value) for value in values], dtype=object)
    if column.kind == STRING and unknown:
        strings[draw.random(len(strings)) < 0.1] = _UNKNOWN
    return strings
