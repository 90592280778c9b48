"""AdaBoost's vote: each member's weight for the class it predicts, in scikit-learn's own order.

Zhu, Zou, Rosset and Hastie, "Multi-class AdaBoost" (2009), and
https://scikit-learn.org/stable/modules/ensemble.html#adaboost
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
from skl2onnx.algebra.onnx_ops import (
    OnnxAdd,
    OnnxConcat,
    OnnxDiv,
    OnnxEqual,
    OnnxGather,
    OnnxGreater,
    OnnxLog,
    OnnxMax,
    OnnxMul,
    OnnxNeg,
    OnnxSoftmax,
    OnnxSub,
    OnnxWhere,
)
from sklearn.ensemble import AdaBoostClassifier, ExtraTreesClassifier, RandomForestClassifier
from sklearn.tree import DecisionTreeClassifier

from converter.estimators.custom_converters.constants import repeated
from converter.estimators.custom_converters.forests import leaf_values
from converter.estimators.custom_converters.nodes import (
    as_index,
    as_number,
    column,
    flat,
    largest,
    pick,
    predicted,
    probabilities,
)
from converter.estimators.custom_converters.nodes import total as total_of
from converter.estimators.custom_converters.registry import VERSION, register
from converter.loading.adaboost import OF_PROBABILITIES, shares_of
from converter.loading.adaboost import AdaBoostClassifier as OfThen
from inferx.errors import Refused


def _decision(estimator: AdaBoostClassifier, source: Any) -> Any:
    """Return ``decision_function`` in doubles: ``(rows, classes)``, one column for two classes."""
    votes = _shares if getattr(estimator, "algorithm", None) == OF_PROBABILITIES else _votes
    total: Any = None
    for vote in votes(estimator, source):
        total = vote if total is None else OnnxAdd(total, vote, op_version=VERSION)
    weights = np.array([estimator.estimator_weights_.sum()])
    shares = OnnxDiv(total, weights, op_version=VERSION)
    if len(estimator.classes_) > 2:
        return shares
    second, first = (
        OnnxGather(shares, np.array([position]), axis=1, op_version=VERSION) for position in (1, 0)
    )
    return OnnxSub(second, first, op_version=VERSION)


def _votes(estimator: AdaBoostClassifier, source: Any) -> Iterator[Any]:
    """Yield each member's weight for the class it predicts, and what it counts against others."""
    classes = np.asarray(estimator.classes_)
    names = classes.astype(np.int64) if classes.dtype.kind in "biuf" else classes.astype(object)
    for member, weight in zip(estimator.estimators_, estimator.estimator_weights_, strict=False):
        voted = OnnxEqual(
            column(predicted(member, source)), names.reshape(1, -1), op_version=VERSION
        )
        against = 0.0 if isinstance(estimator, OfThen) else -1 / (len(classes) - 1) * weight
        yield OnnxWhere(voted, np.array([weight]), np.array([against]), op_version=VERSION)


def _shares(estimator: AdaBoostClassifier, source: Any) -> Iterator[Any]:
    """Yield what each member adds by SAMME.R: for a tree, computed here for each of its leaves."""
    count = len(estimator.classes_)
    for member in estimator.estimators_:
        if isinstance(member, DecisionTreeClassifier):
            table = shares_of(member.tree_.value[:, 0, :count], count)
            yield leaf_values(member.tree_, source, table)
        elif isinstance(member, ExtraTreesClassifier | RandomForestClassifier):
            yield _logarithms(as_number(probabilities(member, source), np.float64), count)
        else:
            raise Refused(
                f"AdaBoostClassifier(algorithm='{OF_PROBABILITIES}') over {type(member).__name__} "
                "has no exact ONNX form here, because it takes logarithms of probabilities near 0; "
                "fit it again with a current version of scikit-learn, or over trees."
            )


def _logarithms(chances: Any, count: int) -> Any:
    kept = OnnxMax(chances, np.array([np.finfo(np.float64).eps]), op_version=VERSION)
    logarithms = OnnxLog(kept, op_version=VERSION)
    mean = OnnxMul(total_of(logarithms), np.array([1.0 / count]), op_version=VERSION)
    difference = OnnxSub(logarithms, mean, op_version=VERSION)
    return OnnxMul(difference, np.array([count - 1.0]), op_version=VERSION)


def _labels(estimator: AdaBoostClassifier, decision: Any) -> Any:
    if len(estimator.classes_) > 2:
        return pick(estimator.classes_, largest(decision))
    above = OnnxGreater(decision, np.array([0.0]), op_version=VERSION)
    return pick(estimator.classes_, flat(as_index(above)))


def _both(decision: Any) -> Any:
    against = OnnxNeg(decision, op_version=VERSION)
    return OnnxConcat(against, decision, axis=1, op_version=VERSION)


def _classifier(estimator: AdaBoostClassifier, source: Any, dtype: Any) -> list[Any]:
    count = len(estimator.classes_)
    if count == 1:
        index = repeated(np.zeros(1, dtype=np.int64), source)
        return [pick(estimator.classes_, index), repeated(np.ones((1, 1), dtype=dtype), source)]
    decision = _decision(estimator, source)
    scores = _both(decision) if count == 2 else decision
    divisor = np.array([2.0 if count == 2 else count - 1.0])
    chances = OnnxSoftmax(OnnxDiv(scores, divisor, op_version=VERSION), axis=1, op_version=VERSION)
    return [_labels(estimator, decision), as_number(chances, dtype)]


def _scores(estimator: AdaBoostClassifier, source: Any, dtype: Any) -> list[Any]:
    decision = _decision(estimator, source)
    scores = _both(decision) if len(estimator.classes_) == 2 else decision
    return [_labels(estimator, decision), as_number(scores, dtype)]


def add() -> None:
    """Register it; skl2onnx's mixes float32 into a graph of doubles."""
    for cls in (AdaBoostClassifier, OfThen):
        register(cls, _classifier, ["label", "probabilities"], scores=_scores)
