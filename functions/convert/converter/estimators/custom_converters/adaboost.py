"""AdaBoost's vote: each member's weight for the class it predicts, in scikit-learn's own order.

Zhu, Zou, Rosset and Hastie, "Multi-class AdaBoost" (2009), and
https://scikit-learn.org/stable/modules/ensemble.html#adaboost
"""

from typing import Any

import numpy as np
from skl2onnx.algebra.onnx_ops import (
    OnnxAdd,
    OnnxConcat,
    OnnxDiv,
    OnnxEqual,
    OnnxGather,
    OnnxGreater,
    OnnxNeg,
    OnnxSoftmax,
    OnnxSub,
    OnnxWhere,
)
from sklearn.ensemble import AdaBoostClassifier

from converter.estimators.custom_converters.constants import repeated
from converter.estimators.custom_converters.nodes import (
    as_index,
    column,
    flat,
    largest,
    pick,
    predicted,
)
from converter.estimators.custom_converters.registry import VERSION, register


def _decision(estimator: AdaBoostClassifier, source: Any, dtype: Any) -> Any:
    """Return ``decision_function``: ``(rows, classes)``, one column for two classes."""
    classes = np.asarray(estimator.classes_)
    names = classes.astype(np.int64) if classes.dtype.kind in "biuf" else classes.astype(object)
    total: Any = None
    for member, weight in zip(estimator.estimators_, estimator.estimator_weights_, strict=False):
        voted = OnnxEqual(
            column(predicted(member, source)), names.reshape(1, -1), op_version=VERSION
        )
        against = np.array([-1 / (len(classes) - 1) * weight], dtype=dtype)
        vote = OnnxWhere(voted, np.array([weight], dtype=dtype), against, op_version=VERSION)
        total = vote if total is None else OnnxAdd(total, vote, op_version=VERSION)
    weights = np.array([estimator.estimator_weights_.sum()], dtype=dtype)
    shares = OnnxDiv(total, weights, op_version=VERSION)
    if len(classes) > 2:
        return shares
    second, first = (
        OnnxGather(shares, np.array([position]), axis=1, op_version=VERSION) for position in (1, 0)
    )
    return OnnxSub(second, first, op_version=VERSION)


def _labels(estimator: AdaBoostClassifier, decision: Any, dtype: Any) -> Any:
    if len(estimator.classes_) > 2:
        return pick(estimator.classes_, largest(decision))
    above = OnnxGreater(decision, np.array([0], dtype=dtype), op_version=VERSION)
    return pick(estimator.classes_, flat(as_index(above)))


def _both(decision: Any) -> Any:
    against = OnnxNeg(decision, op_version=VERSION)
    return OnnxConcat(against, decision, axis=1, op_version=VERSION)


def _classifier(estimator: AdaBoostClassifier, source: Any, dtype: Any) -> list[Any]:
    count = len(estimator.classes_)
    if count == 1:
        index = repeated(np.zeros(1, dtype=np.int64), source)
        return [pick(estimator.classes_, index), repeated(np.ones((1, 1), dtype=dtype), source)]
    decision = _decision(estimator, source, dtype)
    scores = _both(decision) if count == 2 else decision
    divisor = np.array([2 if count == 2 else count - 1], dtype=dtype)
    chances = OnnxSoftmax(OnnxDiv(scores, divisor, op_version=VERSION), axis=1, op_version=VERSION)
    return [_labels(estimator, decision, dtype), chances]


def _scores(estimator: AdaBoostClassifier, source: Any, dtype: Any) -> list[Any]:
    decision = _decision(estimator, source, dtype)
    scores = _both(decision) if len(estimator.classes_) == 2 else decision
    return [_labels(estimator, decision, dtype), scores]


def add() -> None:
    """Register it; skl2onnx's mixes float32 into a graph of doubles."""
    register(AdaBoostClassifier, _classifier, ["label", "probabilities"], scores=_scores)
