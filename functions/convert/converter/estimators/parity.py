"""Compares two models' predictions: labels, probabilities and values, each against its bar."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from converter.estimators.predictions import Predictions
from inferx.manifest import ParityReport

PROBABILITY_BAR = 1e-4
VALUE_BAR = 1e-4
"""Relative: to the value itself, or to the output's typical size where it is near zero."""
MOST_AMONG_EQUALS = 0.05
"""The share of rows that may differ because the original chose among what is equally far."""
TIE = 1e-5
"""Two classes closer than this are a tie: float32 cannot order them."""
_LEAST_TYPICAL = 1e-3
"""The least typical size of one output, as a share of all outputs' typical size: an output that is
rounding noise beside the others has no size of its own."""


@dataclass(frozen=True)
class Verdict:
    """A report, whether it passes, and the row that was farthest off."""

    report: ParityReport
    passed: bool
    worst_row: int
    among_equals: bool = False
    """Whether too many rows differ in which the original chose among what is equally far."""

    def is_as_close(self, other: "Verdict") -> bool:
        """Return whether another form is nowhere farther from the original on the same rows."""
        ours, theirs = self.report, other.report
        return (theirs.label_agreement or 0.0) >= (ours.label_agreement or 0.0) and all(
            (after or 0.0) <= (before or 0.0)
            for before, after in (
                (ours.max_abs_diff, theirs.max_abs_diff),
                (ours.max_rel_diff, theirs.max_rel_diff),
            )
        )


def compare(
    original: Predictions,
    graph: Predictions,
    dtype: str,
    sizes: Any = None,
    *,
    as_they_come: bool = True,
) -> Verdict:
    """Judge the graph's predictions by the original's, row by row.

    Args:
        original: the predictions that are right by definition.
        graph: the ONNX model's predictions for the same rows.
        dtype: the graph's input type, for the report.
        sizes: the typical size of each output, where these rows are not typical.
        as_they_come: whether the rows were not sought out, so that shares of them say something.
    """
    if original.values is not None:
        return _values(original, graph.values, dtype, sizes, as_they_come)
    wrong = _disagreements(original.labels, graph.labels)
    ties = np.zeros(len(wrong), dtype=bool)
    if original.margin is not None:
        ties = original.margin < TIE
    off = np.zeros(len(wrong))
    if original.probabilities is not None:
        if np.shape(graph.probabilities) != original.probabilities.shape:
            off = np.full(len(wrong), np.inf)
        else:
            each = _difference(original.probabilities, graph.probabilities)
            off = each.reshape(len(wrong), -1).max(axis=1)
    undecided, too_many = _excused(original, wrong | (off > PROBABILITY_BAR), as_they_come)
    largest = None
    if original.probabilities is not None:
        off[undecided] = 0.0
        largest = float(off.max(initial=0.0))
    elif graph.probabilities is not None:  # nothing says what they should be
        off = np.full(len(wrong), np.inf)
    judged = wrong & ~undecided & ~(ties & _among_the_best(original, graph.labels))
    report = ParityReport(
        rows=len(wrong),
        label_agreement=float(1 - judged.mean()) if len(wrong) else 1.0,
        ties=int((ties | undecided).sum()),
        max_abs_diff=_finite(largest),
        max_rel_diff=None,
        dtype=dtype,
    )
    worst = int(np.argmax(judged * 2.0 + np.minimum(off, 1.0)))
    passed = bool(not judged.any() and (off <= PROBABILITY_BAR).all())
    return Verdict(report, passed, worst, too_many)


def _values(
    predictions: Predictions, graph: Any, dtype: str, sizes: Any, as_they_come: bool
) -> Verdict:
    original = predictions.values
    if np.shape(graph) != original.shape:
        graph = np.full(original.shape, np.nan)
    difference = _difference(original, graph)
    least = typical_sizes(original) if sizes is None else sizes
    relative = np.abs(np.asarray(original, dtype=float))  # changed in place: it may be very wide
    relative[np.isnan(relative)] = 0.0
    np.maximum(relative, np.maximum(least, 1e-12), out=relative)
    with np.errstate(invalid="ignore"):  # infinite beside another number: the worst there is
        np.divide(difference, relative, out=relative)
    np.nan_to_num(relative, copy=False, nan=np.inf, posinf=np.inf)
    relative[difference == 0] = 0.0
    undecided, too_many = _excused(
        predictions, relative.max(axis=1, initial=0.0) > VALUE_BAR, as_they_come
    )
    difference[undecided] = relative[undecided] = 0.0
    report = ParityReport(
        rows=len(original),
        label_agreement=None,
        ties=int(undecided.sum()),
        max_abs_diff=_finite(float(difference.max(initial=0.0))),
        max_rel_diff=_finite(float(relative.max(initial=0.0))),
        dtype=dtype,
    )
    worst = int(np.argmax(relative.max(axis=1, initial=0.0))) if len(original) else 0
    return Verdict(report, bool((relative <= VALUE_BAR).all()), worst, too_many)


def _excused(original: Predictions, differs: Any, as_they_come: bool) -> tuple[Any, bool]:
    """Return the rows in which a difference is excused, and whether these are too many to be.

    Among equally far neighbours the original's choice cannot be repeated. That is bearable where
    few rows come to it; a model fitted to many equal rows would be another model.
    """
    none = np.zeros(len(differs), dtype=bool)
    if original.undecided is None:
        return none, False
    found = (differs & original.undecided).sum()
    if as_they_come and found > MOST_AMONG_EQUALS * len(differs):
        return none, True
    return original.undecided, False


def typical_sizes(values: Any) -> Any:
    """Return each output's typical size: the median of what is finite and not zero.

    A mean would grow with a few large values, and one size for all outputs with the largest of
    them; the differences of the others would disappear behind it.
    """
    size = np.abs(values)
    if not size.size:
        return 0.0
    counted = np.where(np.isfinite(size) & (size > 0), size, np.nan)
    overall = _quantile(counted.reshape(-1, 1), 3 / 4)
    return np.maximum(_quantile(counted, 1 / 2), _LEAST_TYPICAL * overall)


def _quantile(values: Any, share: float) -> Any:
    """Return a quantile of each column, of two values the upper one; 0 where all are NaN."""
    count = np.sum(~np.isnan(values), axis=0)
    place = np.minimum((count * share).astype(int), np.maximum(count - 1, 0))
    found = np.sort(values, axis=0)[place, np.arange(values.shape[1])]
    return np.where(count > 0, found, 0.0)


def _disagreements(original: Any, graph: Any) -> Any:
    """Compare labels as they are: 1 is not "1", and integers beyond 2^53 stay apart."""
    left, right = _plain(original), _plain(graph)
    if left.shape != right.shape:
        return np.ones(len(left), dtype=bool)
    return (left != right).any(axis=1)


def _plain(labels: Any) -> Any:
    values = np.asarray(labels)
    plain = np.empty(values.size, dtype=object)
    plain[:] = values.ravel().tolist()
    return plain.reshape(len(values), -1)


def _among_the_best(original: Predictions, labels: Any) -> Any:
    """Return where the graph's label is one that the original nearly gave."""
    scores, classes = original.scores, original.classes
    if scores is None or classes is None or np.ndim(labels) != 1:
        return True
    places = {label: place for place, label in enumerate(np.asarray(classes).tolist())}
    found = np.array([places.get(label, -1) for label in np.asarray(labels).tolist()])
    chosen = scores[np.arange(len(scores)), found]
    return (found >= 0) & (scores.max(axis=1) - chosen < TIE)


def _difference(left: Any, right: Any) -> Any:
    left, right = np.asarray(left, dtype=float), np.asarray(right, dtype=float)
    both_missing = np.isnan(left) & np.isnan(right)
    same = both_missing | (left == right)
    difference = np.abs(np.where(same, 0.0, left) - np.where(same, 0.0, right))
    return np.where(np.isnan(difference), np.inf, difference)


def _finite(value: float | None) -> float | None:
    return value if value is None or np.isfinite(value) else 1e308
