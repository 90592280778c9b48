"""Votes of several classifiers, counted and averaged as scikit-learn does.

https://scikit-learn.org/stable/modules/ensemble.html#voting-classifier: skl2onnx takes a hard vote
from probabilities, which some members lack, and cannot read weights that are a list.
"""

from typing import Any

import numpy as np
from skl2onnx.algebra.onnx_ops import (
    OnnxAdd,
    OnnxDiv,
    OnnxEqual,
    OnnxMul,
    OnnxReshape,
    OnnxWhere,
)
from sklearn.ensemble import VotingClassifier, VotingRegressor

from converter.estimators.custom_converters.nodes import (
    column,
    largest,
    pick,
    predicted,
    probabilities,
)
from converter.estimators.custom_converters.registry import VERSION, register


def _weights(estimator: Any) -> Any:
    """Return one weight a member that is not dropped; ``None`` when all count alike."""
    weights = estimator._weights_not_none  # no public twin
    return None if weights is None else np.asarray(weights, dtype=np.float64)


def _weighted_mean(nodes: list[Any], weights: Any, dtype: Any) -> Any:
    total: Any = None
    if weights is not None:
        nodes = [
            OnnxMul(node, np.array([weight], dtype=dtype), op_version=VERSION)
            for node, weight in zip(nodes, weights, strict=True)
        ]
    for node in nodes:
        total = node if total is None else OnnxAdd(total, node, op_version=VERSION)
    scale = len(nodes) if weights is None else weights.sum()
    return OnnxDiv(total, np.array([scale], dtype=dtype), op_version=VERSION)


def _ballots(estimator: VotingClassifier, source: Any, dtype: Any) -> Any:
    """Return the sum of weights ``(rows, classes)``; members predict the classes' numbers."""
    weights = _weights(estimator)
    classes = np.arange(len(estimator.classes_), dtype=np.int64).reshape(1, -1)
    total: Any = None
    for number, member in enumerate(estimator.estimators_):
        weight = 1.0 if weights is None else weights[number]
        voted = OnnxEqual(column(predicted(member, source)), classes, op_version=VERSION)
        ballot = OnnxWhere(
            voted, np.array([weight], dtype=dtype), np.array([0], dtype=dtype), op_version=VERSION
        )
        total = ballot if total is None else OnnxAdd(total, ballot, op_version=VERSION)
    return total


def _classifier(estimator: VotingClassifier, source: Any, dtype: Any) -> list[Any]:
    if estimator.voting == "hard":
        return [pick(estimator.classes_, largest(_ballots(estimator, source, dtype)))]
    shape = np.array([-1, len(estimator.classes_)], dtype=np.int64)
    chances = [
        OnnxReshape(probabilities(member, source), shape, op_version=VERSION)
        for member in estimator.estimators_
    ]
    mean = _weighted_mean(chances, _weights(estimator), dtype)
    return [pick(estimator.classes_, largest(mean)), mean]


def _regressor(estimator: VotingRegressor, source: Any, dtype: Any) -> list[Any]:
    members = [column(predicted(member, source)) for member in estimator.estimators_]
    return [_weighted_mean(members, _weights(estimator), dtype)]


def _outputs(estimator: VotingClassifier) -> list[str]:
    return ["label"] if estimator.voting == "hard" else ["label", "probabilities"]


def add() -> None:
    """Register them."""
    register(VotingClassifier, _classifier, _outputs)
    register(VotingRegressor, _regressor, ["prediction"])
