"""Scores of classifiers bit for bit, for what draws steep curves over them.

scikit-learn adds up trees in doubles, one after the other; the runtime's own sums are rounded to
float32. So each tree says which leaf is reached, and the leaves' doubles are added in that order.
"""

from typing import Any

import numpy as np
from skl2onnx.algebra.onnx_ops import (
    OnnxConcat,
    OnnxCumSum,
    OnnxDiv,
    OnnxGather,
    OnnxReshape,
)
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import (
    ExtraTreesClassifier,
    GradientBoostingClassifier,
    RandomForestClassifier,
)
from sklearn.pipeline import Pipeline

from converter.estimators.custom_converters.constants import repeated
from converter.estimators.custom_converters.forests import leaf_values
from converter.estimators.custom_converters.inner import inner
from converter.estimators.custom_converters.nodes import as_number, probabilities
from converter.estimators.custom_converters.registry import VERSION
from converter.estimators.custom_converters.scores import decision

_DOUBLE = np.float64
_FORESTS = (ExtraTreesClassifier, RandomForestClassifier)


def exact_scores(estimator: Any, source: Any) -> Any:
    """Return a fitted classifier's decision function, or else its probabilities, in float64.

    A column for two classes (of the second one), else one column for each class.
    """
    if isinstance(estimator, Pipeline):
        *before, (_, last) = estimator.steps
        return exact_scores(last, inner(Pipeline(before), source) if before else source)
    if isinstance(estimator, GradientBoostingClassifier) and _starts_alike(estimator):
        return _boosted(estimator, source)
    if hasattr(estimator, "decision_function"):
        return as_number(decision(estimator, source, _DOUBLE), _DOUBLE)
    exact = isinstance(estimator, _FORESTS) and estimator.n_outputs_ == 1
    chances = _shares(estimator, source) if exact else probabilities(estimator, source)
    if len(estimator.classes_) == 2:
        chances = OnnxGather(chances, np.array([1], dtype=np.int64), axis=1, op_version=VERSION)
    return as_number(chances, _DOUBLE)


def _shares(forest: Any, source: Any) -> Any:
    classes = len(forest.classes_)
    trees = [tree.tree_ for tree in forest.estimators_]
    leaves = [leaf_values(tree, source, tree.value[:, 0, :classes]) for tree in trees]
    count = np.array([float(len(trees))])
    return OnnxDiv(_summed(leaves, classes), count, op_version=VERSION)


def _starts_alike(estimator: GradientBoostingClassifier) -> bool:
    """Return whether boosting starts with the same scores for every row."""
    return isinstance(estimator.init_, str | DummyClassifier)


def _boosted(estimator: GradientBoostingClassifier, source: Any) -> Any:
    row = np.zeros((1, estimator.n_features_in_), dtype=np.float32)
    start = np.asarray(estimator._raw_predict_init(row), dtype=_DOUBLE)
    stages = [
        [
            leaf_values(tree.tree_, source, estimator.learning_rate * tree.tree_.value[:, :, 0])
            for tree in stage
        ]
        for stage in estimator.estimators_
    ]
    steps = [leaf for stage in stages for leaf in stage]
    return _summed([repeated(start, source), *steps], start.shape[1])


def _summed(parts: list[Any], width: int) -> Any:
    """Add up what is side by side, ``width`` columns at a time, from the left."""
    together = OnnxConcat(*parts, axis=1, op_version=VERSION)
    apart = OnnxReshape(together, np.array([0, -1, width], dtype=np.int64), op_version=VERSION)
    sums = OnnxCumSum(apart, np.array(1, dtype=np.int64), op_version=VERSION)
    return OnnxGather(sums, np.array(-1, dtype=np.int64), axis=1, op_version=VERSION)
