"""A model's predictions, in one shape for the original and for its ONNX form."""

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.base import is_classifier, is_clusterer, is_outlier_detector, is_regressor
from sklearn.ensemble import VotingClassifier
from sklearn.model_selection import FixedThresholdClassifier, TunedThresholdClassifierCV

from converter.estimators.chosen_among_equals import between_centres, equally_far
from converter.estimators.custom_converters.gaussian_processes import decides_by_pairs
from converter.estimators.custom_converters.several_outputs import gives_probabilities
from converter.estimators.filled_among_equals import filled_among_equals
from inferx.errors import Refused

_RANKERS = ("LGBMRanker", "XGBRanker")  # which give a score, and name no kind of their own


@dataclass(frozen=True)
class Predictions:
    """Predictions for ``n`` rows.

    ``labels`` ``(n,)`` or ``(n, outputs)``; ``probabilities`` ``(n, classes)`` or
    ``(n, outputs, classes)``; ``values`` ``(n, outputs)`` for regression and transformation;
    ``margin`` ``(n,)``: how far the best class is ahead, where the model has scores, and
    ``scores`` ``(n, classes)`` for the ``classes`` of one output. ``undecided`` ``(n,)``: whether
    the original itself chose among neighbours that are equally far. What a model does not give
    is ``None``.
    """

    labels: Any = None
    probabilities: Any = None
    values: Any = None
    margin: Any = None
    scores: Any = None
    classes: Any = None
    undecided: Any = None

    @property
    def width(self) -> int:
        """How many numbers are predicted for one row."""
        wide = (self.labels, self.probabilities, self.values)
        return max(int(np.prod(np.shape(each)[1:])) for each in wide if each is not None)

    def is_same(self, other: "Predictions") -> bool:
        """Return whether every prediction is the same to the last bit."""
        pairs = (
            (self.labels, other.labels),
            (self.probabilities, other.probabilities),
            (self.values, other.values),
        )
        return all(
            (left is None) == (right is None) and (left is None or np.array_equal(left, right))
            for left, right in pairs
        )


def task_of(estimator: Any) -> str:
    """Say what a model is for, in the manifest's words.

    Raises:
        Refused: for a model that can neither predict nor transform new rows.
    """
    if is_classifier(estimator):
        return "classification"
    if is_regressor(estimator):
        return "regression"
    last = estimator.steps[-1][1] if hasattr(estimator, "steps") else estimator
    if type(last).__name__ in _RANKERS:
        return "regression"
    if is_outlier_detector(last) and hasattr(last, "predict"):
        return "outlier_detection"
    if hasattr(last, "predict"):
        return "clustering"
    if hasattr(last, "transform"):
        return "transformation"
    kind = "cluster" if is_clusterer(last) else "work"
    raise Refused(
        f"{type(last).__name__} can only {kind} on the rows it was fitted with: it has no predict "
        "for new ones."
    )


def original_predictions(estimator: Any, rows: Any, task: str) -> Predictions:
    """Ask the original. Whatever it raises for the rows passes through."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if task == "transformation":
            values = _matrix(estimator.transform(rows))
            return Predictions(values=values, undecided=filled_among_equals(estimator, rows))
        predicted = np.asarray(estimator.predict(rows))
        if task == "regression":
            return Predictions(values=_matrix(predicted), undecided=equally_far(estimator, rows))
        if task == "classification":
            return _classified(estimator, rows, predicted)
        return Predictions(
            predicted,
            margin=between_centres(estimator, rows),
            undecided=filled_among_equals(estimator, rows),
        )


def _classified(estimator: Any, rows: Any, predicted: Any) -> Predictions:
    probabilities = _probabilities(estimator, rows, predicted.ndim)
    scores = _scores(estimator, rows, probabilities)
    thresholded = _from_threshold(estimator, scores)
    if thresholded is not None:
        return Predictions(predicted, probabilities=probabilities, margin=thresholded)
    shown = predicted.ndim == 1 and _are_of_classes(scores, estimator)
    return Predictions(
        predicted,
        probabilities=probabilities,
        margin=_margin_of_votes(estimator, rows) if scores is None else _margin(scores),
        scores=scores if shown else None,
        classes=estimator.classes_ if shown else None,
        undecided=equally_far(estimator, rows),
    )


def graph_predictions(outputs: dict[str, Any], task: str) -> Predictions:
    """Arrange the graph's outputs, by the names :mod:`exported.graph` gives them."""
    if task in ("transformation", "regression"):
        return Predictions(values=_matrix(outputs["prediction"]))
    return Predictions(outputs["label"], probabilities=outputs.get("probabilities"))


def _probabilities(estimator: Any, rows: Any, dimensions: int) -> Any:
    if not hasattr(estimator, "predict_proba") or decides_by_pairs(estimator):
        return None
    if dimensions == 1:
        probabilities = estimator.predict_proba(rows)
        return probabilities if isinstance(probabilities, np.ndarray) else None
    if not gives_probabilities(estimator):
        return None
    return np.stack(estimator.predict_proba(rows), axis=1)


def _scores(estimator: Any, rows: Any, probabilities: Any) -> Any:
    """Return probabilities, or other scores brought to the size of probabilities if smaller."""
    if probabilities is not None or not hasattr(estimator, "decision_function"):
        return probabilities
    scores = np.asarray(estimator.decision_function(rows), dtype=float)
    typical = float(np.median(np.abs(scores))) if scores.size else 0.0
    return scores / typical if 0 < typical < 1 else scores


def _from_threshold(estimator: Any, scores: Any) -> Any:
    """Return how far the score is from a threshold of its own; exactly on it is no tie."""
    last = estimator.steps[-1][1] if hasattr(estimator, "steps") else estimator
    if scores is None or not isinstance(
        last, FixedThresholdClassifier | TunedThresholdClassifierCV
    ):
        return None
    threshold = getattr(last, "best_threshold_", getattr(last, "threshold", "auto"))
    if isinstance(threshold, str):  # "auto"
        return None
    each = np.abs(scores.reshape(len(scores), -1) - threshold)
    return np.where((each == 0).any(axis=1), np.inf, each.min(axis=1))


def _are_of_classes(scores: Any, estimator: Any) -> bool:
    classes = getattr(estimator, "classes_", None)
    return (
        isinstance(classes, np.ndarray)
        and classes.ndim == 1
        and np.ndim(scores) == 2
        and scores.shape[1] == len(classes)
    )


def _margin(scores: Any) -> Any:
    if scores is None:
        return None
    if scores.ndim == 1:
        return np.abs(scores)
    best = np.sort(scores, axis=-1)
    ahead = best[..., -1] - best[..., -2] if best.shape[-1] > 1 else np.abs(best[..., 0])
    return ahead if ahead.ndim == 1 else ahead.min(axis=1)


def _margin_of_votes(estimator: Any, rows: Any) -> Any:
    """Return how far the least decided member of a hard vote is from voting otherwise."""
    *before, (_, last) = estimator.steps if hasattr(estimator, "steps") else [("", estimator)]
    if not isinstance(last, VotingClassifier):
        return None
    given = estimator[:-1].transform(rows) if before else rows
    margins = [
        _margin(_scores(member, given, _probabilities(member, given, 1)))
        for member in last.estimators_
    ]
    known = [margin for margin in margins if margin is not None]
    return np.min(known, axis=0) if known else None


def _matrix(values: Any) -> Any:
    dense = values.toarray() if hasattr(values, "toarray") else np.asarray(values)
    dense = np.asarray(dense, dtype=float)
    return dense.reshape(len(dense), -1)
