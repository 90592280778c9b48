"""Compares two models' predictions: labels, probabilities and values, each against its bar."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from converter.estimators.predictions import Predictions
from inferx.manifest import ParityReport

PROBABILITY_BAR = 1e-4
VALUE_BAR = 1e-4
"""Relative: to the value itself, or to the values' typical size where it is near zero."""
TIE = 1e-5
"""Two classes closer than this are a tie: float32 cannot order them."""


@dataclass(frozen=True)
class Verdict:
    """A report, whether it passes, and the row that was farthest off."""

    report: ParityReport
    passed: bool
    worst_row: int


def compare(original: Predictions, graph: Predictions, dtype: str) -> Verdict:
    """Judge the graph's predictions by the original's, row by row.

    Args:
        original: the predictions that are right by definition.
        graph: the ONNX model's predictions for the same rows.
        dtype: the graph's input type, for the report.
    """
    if original.values is not None:
        return _values(original.values, graph.values, dtype)
    wrong = _disagreements(original.labels, graph.labels)
    ties = np.zeros(len(wrong), dtype=bool)
    if original.margin is not None:
        ties = original.margin < TIE
    off = np.zeros(len(wrong))
    largest = None
    if original.probabilities is not None:
        if np.shape(graph.probabilities) != original.probabilities.shape:
            off = np.full(len(wrong), np.inf)
        else:
            each = _difference(original.probabilities, graph.probabilities)
            off = each.reshape(len(wrong), -1).max(axis=1)
        largest = float(off.max(initial=0.0))
    judged = wrong & ~ties
    report = ParityReport(
        rows=len(wrong),
        label_agreement=float(1 - judged.mean()) if len(wrong) else 1.0,
        ties=int(ties.sum()),
        max_abs_diff=_finite(largest),
        max_rel_diff=None,
        dtype=dtype,
    )
    worst = int(np.argmax(judged * 2.0 + np.minimum(off, 1.0)))
    return Verdict(report, bool(not judged.any() and (off <= PROBABILITY_BAR).all()), worst)


def _values(original: Any, graph: Any, dtype: str) -> Verdict:
    if np.shape(graph) != original.shape:
        graph = np.full(original.shape, np.nan)
    difference = _difference(original, graph)
    size = np.abs(np.nan_to_num(original))
    typical = size.mean() if size.size else 0.0
    relative = difference / np.maximum(np.maximum(size, typical), 1e-12)
    relative[difference == 0] = 0.0
    report = ParityReport(
        rows=len(original),
        label_agreement=None,
        ties=0,
        max_abs_diff=_finite(float(difference.max(initial=0.0))),
        max_rel_diff=_finite(float(relative.max(initial=0.0))),
        dtype=dtype,
    )
    worst = int(np.argmax(relative.max(axis=1, initial=0.0))) if len(original) else 0
    return Verdict(report, bool((relative <= VALUE_BAR).all()), worst)


def _disagreements(original: Any, graph: Any) -> Any:
    left = np.asarray(original).reshape(len(original), -1)
    right = np.asarray(graph).reshape(len(original), -1)
    if left.shape != right.shape:
        return np.ones(len(left), dtype=bool)
    if left.dtype.kind in "biuf" and right.dtype.kind in "biuf":
        return (left.astype(float) != right.astype(float)).any(axis=1)
    return (left.astype(str) != right.astype(str)).any(axis=1)


def _difference(left: Any, right: Any) -> Any:
    left, right = np.asarray(left, dtype=float), np.asarray(right, dtype=float)
    both_missing = np.isnan(left) & np.isnan(right)
    same = both_missing | (left == right)
    difference = np.abs(np.where(same, 0.0, left) - np.where(same, 0.0, right))
    return np.where(np.isnan(difference), np.inf, difference)


def _finite(value: float | None) -> float | None:
    return value if value is None or np.isfinite(value) else 1e308
