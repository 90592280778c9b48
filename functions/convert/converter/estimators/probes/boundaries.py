"""Rows where the graph's predictions change, found by bisection between rows that differ.

Where thresholds decide, two rows that differ in one column are brought together until no number is
between them. Elsewhere labels change somewhere between two rows: there float32 cannot be exact, so
the rows asked are a small step off on both sides.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from converter.estimators.columns import NUMBER
from converter.estimators.layout import Layout, Rows
from converter.estimators.predictions import Predictions
from converter.estimators.probes.rows import are_codes, count, joined, taken
from converter.estimators.probes.thresholds import LAST_BITS

_HALVINGS = 80
_STEPS = (1e-3, 1e-2, 1e-1)
"""Off a boundary, as shares of the way between the two rows."""
_LEAST_JUMP = 1e-9
"""What is less is no jump: a label that changes there compares a number that moves evenly."""

type Predict = Callable[[Rows], Predictions]


def of_jumps(
    predict: Predict, low: Rows, high: Rows, columns: Any, left: Any, *, exact: bool
) -> Rows | None:
    """Bring pairs of rows together in the column in which they differ; return both of each.

    Args:
        exact: whether to stop at two numbers next to each other; else a little off the jump.
        predict: the graph.
        low: one row of each pair.
        high: the other.
        columns: for each pair the column in which they differ.
        left: returns the seconds that are left.
    """
    below, above = vectors(predict(low)), vectors(predict(high))
    jumps = _distance(below, above) > 0
    if not jumps.any():
        return None
    low, high = taken(low, jumps), taken(high, jumps)
    columns, below, above = columns[jumps], below[jumps], above[jumps]
    for _ in range(_HALVINGS):
        middle = _between(low, high, columns)
        if left() <= 0 or not _is_new(middle, low, high, columns).any():
            break
        found = vectors(predict(middle))
        nearer = _distance(found, below) <= _distance(found, above)
        low, high = _chosen(nearer, middle, low), _chosen(nearer, high, middle)
        below = np.where(nearer[:, None], found, below)
        above = np.where(nearer[:, None], above, found)
    real = _distance(*(_numbers(predict(rows)) for rows in (low, high))) > _LEAST_JUMP
    if not real.any():
        return None
    pairs = joined([taken(low, real), taken(high, real)])
    return pairs if exact else apart(pairs, columns[real])


def of_labels(predict: Predict, layout: Layout, rows: Rows, pairs: int, left: Any) -> Rows | None:
    """Find where labels change between rows of different labels; return rows on both sides.

    Args:
        predict: the graph.
        layout: of the rows.
        rows: where to begin.
        pairs: at most how many boundaries to find.
        left: returns the seconds that are left.
    """
    numbers = [
        place
        for place, (column, values) in enumerate(zip(layout.columns, rows, strict=True))
        if column.kind == NUMBER and not are_codes(values)
    ]
    half = count(rows) // 2
    low, other = taken(rows, slice(half)), taken(rows, slice(half, 2 * half))
    changed = set(numbers)
    high = [other[place] if place in changed else column for place, column in enumerate(low)]
    first = _labels(predict(low))
    differ = np.flatnonzero((first != _labels(predict(high))).any(axis=1))[:pairs]
    if not len(differ) or not numbers:
        return None
    low, high, first = taken(low, differ), taken(high, differ), first[differ]
    start, end = np.zeros(len(differ)), np.ones(len(differ))
    for _ in range(_HALVINGS // 2):
        if left() <= 0:
            break
        middle = (start + end) / 2
        same = (_labels(predict(_mixed(low, high, middle, numbers))) == first).all(axis=1)
        start, end = np.where(same, middle, start), np.where(same, end, middle)
    steps = [end + step for step in _STEPS] + [start - step for step in _STEPS]
    return joined([_mixed(low, high, step, numbers) for step in steps])


def vectors(predictions: Predictions) -> Any:
    """Return each row's predictions as numbers; a label counts by what its text is."""
    if predictions.labels is None:
        return _numbers(predictions)
    labels = _labels(predictions)
    codes = [[hash(str(label)) % 1_000_003 for label in row] for row in labels.tolist()]
    numbers = _numbers(predictions) if predictions.probabilities is not None else labels[:, :0]
    return np.concatenate([np.array(codes, dtype=float), numbers.astype(float)], axis=1)


def _numbers(predictions: Predictions) -> Any:
    for numbers in (predictions.values, predictions.probabilities):
        if numbers is not None:
            return np.nan_to_num(np.asarray(numbers, dtype=float)).reshape(len(numbers), -1)
    return vectors(predictions)


def apart(rows: Rows, columns: Any) -> Rows:
    """Move both rows of each pair a little off the jump between them.

    Args:
        rows: as :func:`of_jumps` returns them.
        columns: in which the pairs differ.
    """
    half = count(rows) // 2
    moved = [column.copy() for column in rows]
    for place in range(half):
        column = moved[columns[place]]
        low, high = column[place], column[half + place]
        step = LAST_BITS * (1 + abs(low)) * (1 if high >= low else -1)
        column[place], column[half + place] = low - step, high + step
    return moved


def _labels(predictions: Predictions) -> Any:
    return np.asarray(predictions.labels).reshape(len(predictions.labels), -1)


def _distance(left: Any, right: Any) -> Any:
    return np.abs(left - right).sum(axis=1)


def _between(low: Rows, high: Rows, columns: Any) -> Rows:
    middle = [column.copy() for column in low]
    for column in np.unique(columns):
        at = columns == column
        middle[column][at] = low[column][at] / 2 + high[column][at] / 2
    return middle


def _is_new(middle: Rows, low: Rows, high: Rows, columns: Any) -> Any:
    new = np.zeros(count(middle), dtype=bool)
    for column in np.unique(columns):
        at = columns == column
        new[at] = (middle[column][at] != low[column][at]) & (middle[column][at] != high[column][at])
    return new


def _chosen(first: Any, yes: Rows, no: Rows) -> Rows:
    return [np.where(first, a, b) for a, b in zip(yes, no, strict=True)]


def _mixed(low: Rows, high: Rows, share: Any, numbers: list[int]) -> Rows:
    mixed = list(low)
    for place in numbers:
        mixed[place] = low[place] + share * (high[place] - low[place])
    return mixed
