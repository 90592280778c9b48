"""One classifier for each class, or for each pair of classes.

https://scikit-learn.org/stable/modules/multiclass.html: skl2onnx gives class numbers in place of
labels for pairs, and reads probabilities where scikit-learn reads decision functions.
"""

from typing import Any

import numpy as np
from skl2onnx.algebra.onnx_ops import (
    OnnxAbs,
    OnnxAdd,
    OnnxConcat,
    OnnxDiv,
    OnnxEqual,
    OnnxGather,
    OnnxGreater,
    OnnxMul,
    OnnxNeg,
    OnnxSub,
    OnnxWhere,
)
from sklearn.multiclass import (
    OneVsOneClassifier,
    OneVsRestClassifier,
    _threshold_for_binary_predict,
)

from converter.estimators.custom_converters import boosters
from converter.estimators.custom_converters.nodes import (
    as_index,
    as_number,
    column,
    flat,
    largest,
    pick,
    predicted,
    total,
)
from converter.estimators.custom_converters.registry import VERSION, register
from converter.estimators.custom_converters.scores import binary_score, positive_score


def _above(estimator: Any, scores: Any, dtype: Any) -> Any:
    threshold = np.array([_threshold_for_binary_predict(estimator.estimators_[0])], dtype=dtype)
    return as_index(OnnxGreater(scores, threshold, op_version=VERSION))


def _rest(estimator: OneVsRestClassifier, source: Any, dtype: Any) -> list[Any]:
    members = estimator.estimators_
    scores = [_rest_score(member, source, dtype) for member in members]
    if estimator.multilabel_:
        labels = _above(estimator, OnnxConcat(*scores, axis=1, op_version=VERSION), dtype)
    elif len(members) == 1:
        labels = pick(estimator.classes_, flat(_above(estimator, scores[0], dtype)))
    else:
        together = OnnxConcat(*scores, axis=1, op_version=VERSION)
        labels = pick(estimator.classes_, largest(together))
    if not hasattr(estimator, "predict_proba"):
        return [labels]
    return [labels, _chances(estimator, source, dtype)]


def _rest_score(member: Any, source: Any, dtype: Any) -> Any:
    """Return a member's score; LightGBM's graph has only its probability, of the same order."""
    if boosters.library_of(member) == "lightgbm" and hasattr(member, "decision_function"):
        half = np.array([0.5], dtype=dtype)
        return OnnxSub(positive_score(member, source), half, op_version=VERSION)
    return binary_score(member, source, dtype)


def _chances(estimator: OneVsRestClassifier, source: Any, dtype: Any) -> Any:
    one, zero = np.array([1], dtype=dtype), np.array([0], dtype=dtype)
    columns = [positive_score(member, source) for member in estimator.estimators_]
    if len(columns) == 1:
        columns = [OnnxSub(one, columns[0], op_version=VERSION), *columns]
    chances = OnnxConcat(*columns, axis=1, op_version=VERSION)
    if estimator.multilabel_:
        return chances
    sums = total(chances)
    sums = OnnxWhere(OnnxEqual(sums, zero, op_version=VERSION), one, sums, op_version=VERSION)
    return OnnxDiv(chances, sums, op_version=VERSION)


def _rest_outputs(estimator: OneVsRestClassifier) -> list[str]:
    return ["label", "probabilities"] if hasattr(estimator, "predict_proba") else ["label"]


def _pairs(estimator: OneVsOneClassifier, source: Any, dtype: Any) -> list[Any]:
    count = len(estimator.classes_)
    indices = estimator.pairwise_indices_
    rows = [source] * len(estimator.estimators_)
    if indices is not None:
        rows = [
            OnnxGather(source, np.asarray(each, np.int64), axis=1, op_version=VERSION)
            for each in indices
        ]
    scores = [binary_score(m, r, dtype) for m, r in zip(estimator.estimators_, rows, strict=True)]
    if count == 2:
        return [pick(estimator.classes_, flat(_above(estimator, scores[0], dtype)))]
    labels = [
        as_number(column(predicted(m, r)), dtype)
        for m, r in zip(estimator.estimators_, rows, strict=True)
    ]
    return [pick(estimator.classes_, largest(decided_by_pairs(labels, scores, count, dtype)))]


def decided_by_pairs(labels: list[Any], scores: list[Any], count: int, dtype: Any) -> Any:
    """Count each class's votes; sums of scores, brought below a third, decide between equals."""
    one, three = np.array([1], dtype=dtype), np.array([3], dtype=dtype)
    votes: list[Any] = [None] * count
    sums: list[Any] = [None] * count

    def add(to: list[Any], position: int, node: Any) -> None:
        before = to[position]
        to[position] = node if before is None else OnnxAdd(before, node, op_version=VERSION)

    pairs = [(first, second) for first in range(count) for second in range(first + 1, count)]
    for (first, second), label, score in zip(pairs, labels, scores, strict=True):
        add(sums, first, OnnxNeg(score, op_version=VERSION))
        add(sums, second, score)
        add(votes, first, OnnxSub(one, label, op_version=VERSION))
        add(votes, second, label)
    confidence = OnnxConcat(*sums, axis=1, op_version=VERSION)
    size = OnnxAdd(OnnxAbs(confidence, op_version=VERSION), one, op_version=VERSION)
    shrunk = OnnxDiv(confidence, OnnxMul(three, size, op_version=VERSION), op_version=VERSION)
    return OnnxAdd(OnnxConcat(*votes, axis=1, op_version=VERSION), shrunk, op_version=VERSION)


def add() -> None:
    """Register them."""
    register(OneVsRestClassifier, _rest, _rest_outputs)
    register(OneVsOneClassifier, _pairs, ["label"])
