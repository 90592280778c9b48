"""Decision trees and forests, whose shares of classes are counted and compared in doubles.

scikit-learn rounds the rows to float32 and compares them with thresholds in doubles. It averages
the shares of its trees in doubles; in float32 two equal shares do not always come out equal.
https://scikit-learn.org/stable/modules/ensemble.html#random-forests
"""

from dataclasses import replace
from typing import Any

import numpy as np
from skl2onnx.algebra.onnx_ops import OnnxConcat, OnnxDiv, OnnxGather, OnnxSub
from sklearn.ensemble import (
    ExtraTreesClassifier,
    ExtraTreesRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.tree import (
    DecisionTreeClassifier,
    DecisionTreeRegressor,
    ExtraTreeClassifier,
    ExtraTreeRegressor,
)

from converter.estimators.custom_converters.constants import repeated
from converter.estimators.custom_converters.joined_trees import JoinedTrees
from converter.estimators.custom_converters.nodes import as_index, as_number, flat, largest, pick
from converter.estimators.custom_converters.registry import VERSION, register
from inferx.errors import Refused

CLASSIFIERS = (
    DecisionTreeClassifier,
    ExtraTreeClassifier,
    ExtraTreesClassifier,
    RandomForestClassifier,
)
REGRESSORS = (
    DecisionTreeRegressor,
    ExtraTreeRegressor,
    ExtraTreesRegressor,
    RandomForestRegressor,
)
_TWO = 2
_EXACT_COUNT = 2**24
"""Up to here float32 holds every whole number."""


def _trees_of(estimator: Any) -> list[Any]:
    if hasattr(estimator, "tree_"):
        return [estimator.tree_]
    return [member.tree_ for member in estimator.estimators_]


def _in_doubles(trees: list[Any], weights: Any) -> JoinedTrees:
    def joined(name: str) -> Any:
        return np.concatenate([getattr(tree, name) for tree in trees])

    left, right = joined("children_left"), joined("children_right")
    return JoinedTrees(
        sizes=[tree.node_count for tree in trees],
        leaf=left < 0,
        features=joined("feature"),
        thresholds=joined("threshold"),
        left=left,
        right=right,
        missing_left=joined("missing_go_to_left").astype(bool),
        weights=weights,
        hits=joined("n_node_samples"),
    )


def _votes(trees: list[Any], shares: Any, source: Any) -> Any:
    """Return how many trees are for each class, where every leaf holds rows of a single one.

    A row in float32 is at most a threshold in doubles where it is at most the float32 number that
    is not above it, and float32 counts are exact; so no tree needs a double. Of two classes
    the second is counted, and the first has the other trees.
    """
    count = shares.shape[1]
    wanted = shares[:, 1:] if count == _TWO else shares
    weights = np.where((wanted == 0) & (count != _TWO), np.nan, wanted)
    joined = _in_doubles(trees, weights)
    singles = replace(joined, dtype=np.float32, thresholds=_not_above(joined.thresholds))
    votes = as_number(singles.sums(as_number(source, np.float32)), np.float64)
    if count != _TWO:
        return votes
    others = OnnxSub(np.array([len(trees)], np.float64), votes, op_version=VERSION)
    return OnnxConcat(others, votes, axis=1, op_version=VERSION)


def _not_above(thresholds: Any) -> Any:
    """Round doubles to float32, down."""
    with np.errstate(over="ignore"):
        nearest = thresholds.astype(np.float32)
    return np.where(nearest > thresholds, np.nextafter(nearest, np.float32(-np.inf)), nearest)


def _rounded(source: Any) -> Any:
    """Round rows to float32, as scikit-learn's trees do, for comparisons in doubles."""
    return as_number(as_number(source, np.float32), np.float64)


def leaf_values(tree: Any, source: Any, values: Any) -> Any:
    """Return the rows of ``values`` (one for each node) of the leaves that are reached."""
    if tree.node_count > _EXACT_COUNT:
        raise Refused(f"A tree of {tree.node_count} nodes is too large to be served.")
    numbers = np.arange(tree.node_count, dtype=np.float64)[:, np.newaxis]
    reached = _in_doubles([tree], numbers).sums(_rounded(source))
    return OnnxGather(values, flat(as_index(reached)), axis=0, op_version=VERSION)


def _classifier(estimator: Any, source: Any, dtype: Any) -> list[Any]:
    classes = estimator.classes_
    if estimator.n_outputs_ != 1:
        raise Refused(
            f"{type(estimator).__name__} of several outputs has no ONNX form here inside another "
            "estimator; put MultiOutputClassifier around a model of one output."
        )
    count = len(classes)
    if count == 1:
        index = repeated(np.zeros(1, dtype=np.int64), source)
        return [pick(classes, index), repeated(np.ones((1, 1), dtype=dtype), source)]
    trees = _trees_of(estimator)
    if hasattr(estimator, "tree_"):
        shares = leaf_values(trees[0], source, trees[0].value[:, 0, :count])
        return [pick(classes, largest(shares)), as_number(shares, dtype)]
    weights = np.concatenate([tree.value[:, 0, :count] for tree in trees])
    ends = np.concatenate([tree.children_left for tree in trees]) < 0
    if np.isin(weights[ends], (0, 1)).all() and len(trees) <= _EXACT_COUNT:
        votes = _votes(trees, np.where(ends[:, np.newaxis], weights, 0), source)
        total = np.array([len(trees)], np.float64)
        shares = OnnxDiv(votes, total, op_version=VERSION)
        return [pick(classes, largest(votes)), as_number(shares, dtype)]
    weights = np.where(weights == 0, np.nan, weights)
    chosen = _in_doubles(trees, weights).index_and_sums(_rounded(source))
    sums = OnnxGather(chosen[1], np.arange(count), axis=1, op_version=VERSION)
    shares = OnnxDiv(
        as_number(sums, np.float64), np.array([len(trees)], np.float64), op_version=VERSION
    )
    return [pick(classes, chosen[0]), as_number(shares, dtype)]


def _regressor(estimator: Any, source: Any, dtype: Any) -> list[Any]:
    trees = _trees_of(estimator)
    if hasattr(estimator, "tree_"):
        values = leaf_values(trees[0], source, trees[0].value[:, :, 0])
        return [as_number(values, dtype)]
    weights = np.concatenate([tree.value[:, :, 0] for tree in trees])
    sums = _in_doubles(trees, weights).sums(_rounded(source))
    count = np.array([len(trees)], np.float64)
    mean = OnnxDiv(as_number(sums, np.float64), count, op_version=VERSION)
    return [as_number(mean, dtype)]


def add() -> None:
    """Register them."""
    for cls in CLASSIFIERS:
        register(cls, _classifier, ["label", "probabilities"])
    for cls in REGRESSORS:
        register(cls, _regressor, ["prediction"])
