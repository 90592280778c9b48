"""Rows that are computed most differently in float32 and in float64, of very many."""

from typing import Any

import numpy as np

from converter.estimators.columns import NUMBER
from converter.estimators.layout import Layout, Rows
from converter.estimators.parity import typical_sizes
from converter.estimators.predictions import Predictions
from converter.estimators.probes.boundaries import Predict
from converter.estimators.probes.rows import taken


def most_different(one: Predictions, other: Predictions, number: int) -> Any:
    """Return the positions of the rows that differ, other labels first, then the farthest off."""
    off = np.zeros(len(one.labels if one.labels is not None else one.values))
    for left, right in ((one.values, other.values), (one.probabilities, other.probabilities)):
        if left is not None and right is not None:
            wide, narrow = (np.asarray(each, dtype=float) for each in (left, right))
            size = np.maximum(
                np.abs(np.nan_to_num(wide)),
                typical_sizes(wide.reshape(len(off), -1)).max(initial=1e-12),
            )
            share = np.nan_to_num(np.abs(wide - narrow) / size).reshape(len(off), -1)
            off = np.maximum(off, np.minimum(share.max(axis=1), 1e6))
    if one.labels is not None:
        differ = np.asarray(one.labels) != np.asarray(other.labels)
        off[differ.reshape(len(off), -1).any(axis=1)] += 1e9
    worst = np.argsort(-off, kind="stable")[:number]
    return worst[off[worst] > 0]


def of_differences(predict: Predict, other: Predict, rows: Rows, number: int) -> Rows | None:
    """Return the rows on which two graphs differ most, if any do."""
    found = most_different(predict(rows), other(rows), number)
    return taken(rows, found) if len(found) else None


def moved(rows: Rows, layout: Layout, dtype: str) -> Rows:
    """Return the rows with each number as float32 has it, or, if it was, the next one."""
    return [
        _moved(column, dtype) if kind.kind == NUMBER else column
        for kind, column in zip(layout.columns, rows, strict=True)
    ]


def _moved(values: Any, dtype: str) -> Any:
    with np.errstate(over="ignore"):
        single = values.astype(np.float32)
    if dtype == "float32":
        single = np.nextafter(single, np.float32(np.inf))
    return single.astype(float)
