"""One fitted model, from a pickle to served predictions, compared with the original's."""

import json
import pickle
import traceback
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.base import is_classifier
from sklearn.impute import KNNImputer
from sklearn.neighbors._base import NeighborsBase

from converter.estimators.convert import convert_estimator
from converter.estimators.decisions import decides
from converter.estimators.predictions import task_of
from converter.loading import load_estimator
from converter.loading.structure import parts_of
from inferx.errors import BadInput, Refused
from inferx.serving import json_text
from inferx.serving.model import Model
from inferx.signature import Signature

CONVERTED, REFUSED, VAGUE, WRONG, RAISED = "converted", "refused", "vague", "wrong", "raised"
TIED = "tied"
"""Some rows differ, and the model chooses among nearest rows, which may be equally far:
scikit-learn takes those that its trees and heaps happen to hold first. Counted, but no fault."""
FAULTS = (VAGUE, WRONG, RAISED)
_BAR = 1e-4
_TIE = 1e-5
_TIED_SHARE = 0.1
_DISTURBANCES = 4
_NOISE = 1e-12


@dataclass(frozen=True)
class Outcome:
    """What became of a model, and the sentence or the row that shows it."""

    kind: str
    note: str = ""


@dataclass(frozen=True)
class Fresh:
    """Rows the model has not seen: one list a row, ``None`` where a value is missing."""

    rows: list[list[Any]]
    original: Any
    """The same rows as the original takes them."""


def tried(fitted: Any, fresh: Sequence[Fresh], workspace: Path) -> Outcome:
    """Convert a fitted model and compare its served predictions with the original's.

    Args:
        fitted: the model; it is loaded from a pickle of it, as the sandbox does.
        fresh: sets of rows to compare; one that the original or the signature refuses is left out.
        workspace: an empty folder.
    """
    (workspace / "source").write_bytes(pickle.dumps(fitted))
    try:
        estimator = load_estimator(workspace / "source")
        converted = convert_estimator(estimator, workspace / "model.onnx")
    except Refused as refusal:
        return Outcome(REFUSED if _names_a_part(fitted, refusal.detail) else VAGUE, refusal.detail)
    except Exception:  # noqa: BLE001  # that there is none is what is tried
        return Outcome(RAISED, traceback.format_exc(limit=-4))
    try:
        model = Model(workspace / "model.onnx")
        for rows in fresh:
            difference = _difference(fitted, rows, model)
            if difference is not None:
                off, sentence = difference
                tied = off < _TIED_SHARE and _chooses_neighbours(fitted)
                return Outcome(TIED if tied else WRONG, sentence)
    except Exception:  # noqa: BLE001  # as above
        return Outcome(RAISED, traceback.format_exc(limit=-4))
    return Outcome(CONVERTED, converted.parity.dtype)


def _chooses_neighbours(fitted: Any) -> bool:
    return any(isinstance(part, NeighborsBase | KNNImputer) for part in parts_of(fitted))


def _names_a_part(fitted: Any, sentence: str) -> bool:
    return any(
        getattr(part, "__name__", type(part).__name__) in sentence for part in parts_of(fitted)
    )


def _difference(fitted: Any, fresh: Fresh, model: Model) -> tuple[float, str] | None:
    """Return the share of rows that differ and a description of the worst; ``None`` for none."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            expected, scores, margin = _original(fitted, fresh.original)
        except Exception:  # noqa: BLE001  # the original takes no such rows
            return None
    body = json.loads(json.dumps(fresh.rows))
    try:
        content, _ = model.predict(body)
    except BadInput:
        if any(value is None for row in fresh.rows for value in row):
            return None
        raise
    served = json.loads(json_text.write(content))
    off = _off(expected, served["prediction"], margin)
    if scores is not None and "probabilities" in served:
        off = np.maximum(off, _apart(scores, served["probabilities"], model.signature) / _BAR)
    if (off > 1).any():
        off = np.where(_is_noise(fitted, fresh.original, expected, scores), 0.0, off)
    worst = int(np.argmax(off))
    if off[worst] <= 1:
        return None
    right = [np.asarray(expected[worst]).tolist()]
    if scores is not None:
        outputs = scores if isinstance(scores, list) else [scores]
        right += [np.asarray(output[worst]).tolist() for output in outputs]
    return float((off > 1).mean()), (
        f"{int((off > 1).sum())} of {len(off)} rows differ, worst at {fresh.rows[worst]}: "
        f"{right} is served as {[each[worst] for each in served.values()]}"
    )


def _is_noise(fitted: Any, rows: Any, expected: Any, scores: Any) -> Any:
    """Return the rows on which the original differs from itself as much as the bar allows.

    It does on numbers that are all but the same where it subtracts sums of large products, or where
    two neighbours are equally far. Thresholds are no such reason: what compares with them is exact.
    """
    found = np.zeros(len(expected), dtype=bool)
    if not isinstance(rows, np.ndarray) or rows.dtype != float or decides(fitted):
        return found
    draw = np.random.default_rng(0)
    for _ in range(_DISTURBANCES):
        beside = rows * (1 + _NOISE * draw.standard_normal(rows.shape))
        moved, moved_scores, margin = _original(fitted, beside)
        found |= _off(expected, moved, margin) > 1
        if scores is not None:
            apart = np.abs(np.asarray(moved_scores) - np.asarray(scores)) > _BAR
            found |= apart.reshape(-1, *apart.shape[-2:]).any(axis=(0, 2))
    return found


def _original(fitted: Any, rows: Any) -> tuple[Any, Any, Any]:
    task = task_of(fitted)
    if task == "transformation":
        made = fitted.transform(rows)
        return _matrix(made), None, None
    predicted = np.asarray(fitted.predict(rows))
    if task == "regression":
        return _matrix(predicted), None, None
    scores = None
    if is_classifier(fitted) and hasattr(fitted, "predict_proba"):
        scores = fitted.predict_proba(rows)
    return predicted, scores, _margin(fitted, rows, scores)


def _matrix(values: Any) -> Any:
    dense = values.toarray() if hasattr(values, "toarray") else values
    dense = np.asarray(dense, dtype=float)
    return dense.reshape(len(dense), -1)


def _margin(fitted: Any, rows: Any, probabilities: Any) -> Any:
    """Return how far each row is from the next label, relative to the scores' size."""
    scores = probabilities
    if scores is None and hasattr(fitted, "decision_function"):
        scores = fitted.decision_function(rows)
    if scores is None and hasattr(fitted, "transform"):  # distances to centres
        scores = fitted.transform(rows)
    if isinstance(scores, list):
        each = [_ahead(np.asarray(part)) for part in scores]
        return np.minimum.reduce(each)
    return None if scores is None else _ahead(_matrix(scores) if np.ndim(scores) == 2 else scores)


def _ahead(scores: Any) -> Any:
    if scores.ndim == 1 or scores.shape[1] == 1:
        flat = np.abs(scores.reshape(len(scores)))
        return flat / max(1.0, float(np.mean(flat)))
    ordered = np.sort(scores, axis=1)
    ahead = np.minimum(ordered[:, -1] - ordered[:, -2], ordered[:, 1] - ordered[:, 0])
    if np.allclose(scores.sum(axis=1), 1.0):  # probabilities: the least two do not matter
        ahead = ordered[:, -1] - ordered[:, -2]
    return ahead / np.maximum(1.0, np.abs(ordered).max(axis=1))


def _off(expected: Any, served: Any, margin: Any) -> Any:
    """Return how far off each row is, one being the bar."""
    if expected.dtype.kind == "f" and margin is None and expected.ndim == 2:
        values = np.array(served, dtype=float).reshape(len(expected), -1)
        if values.shape != expected.shape:
            return np.full(len(expected), np.inf)
        same = (values == expected) | (np.isnan(values) & ~np.isfinite(expected))
        size = np.abs(np.nan_to_num(expected, posinf=0.0, neginf=0.0))
        typical = np.maximum(np.maximum(size, size.mean(axis=0)), 1e-12)
        apart = np.where(same, 0.0, np.abs(values - expected) / typical)
        return np.where(np.isnan(apart), np.inf, apart).max(axis=1, initial=0.0) / _BAR
    labels = np.asarray(expected).reshape(len(expected), -1).tolist()
    given = [each if isinstance(each, list) else [each] for each in served]
    wrong = np.array([left != right for left, right in zip(labels, given, strict=True)])
    if margin is not None:
        wrong &= ~(margin < _TIE)
    return np.where(wrong, np.inf, 0.0)


def _apart(scores: Any, served: list[Any], signature: Signature) -> Any:
    several = isinstance(scores, list)
    outputs = scores if several else [scores]
    rows = served if several else [[row] for row in served]
    apart = np.zeros(len(served))
    classes: Any = signature.classes if several else (signature.classes,)
    for position, (expected, labels) in enumerate(zip(outputs, classes, strict=True)):
        keys = [label if isinstance(label, str) else json.dumps(label) for label in labels]
        given = np.array([[row[position][key] for key in keys] for row in rows], dtype=float)
        both_missing = np.isnan(given) & np.isnan(expected)
        each = np.where(both_missing, 0.0, np.abs(given - expected))
        apart = np.maximum(apart, np.where(np.isnan(each), np.inf, each).max(axis=1))
    return apart
