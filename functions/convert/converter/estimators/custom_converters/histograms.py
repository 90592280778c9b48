"""Histogram boosting, whose thresholds are doubles compared with doubles.

skl2onnx rounds both to float32, and then every row between two neighbouring float32 numbers may
come to the wrong side: for seconds since 1970 these are 128 seconds apart.
https://scikit-learn.org/stable/modules/ensemble.html#histogram-based-gradient-boosting
"""

from typing import Any

import numpy as np
from skl2onnx.algebra.onnx_ops import (
    OnnxArgMax,
    OnnxConcat,
    OnnxExp,
    OnnxGather,
    OnnxGreater,
    OnnxNeg,
    OnnxSigmoid,
    OnnxSoftmax,
)
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

from converter.estimators.categories import encoder_of
from converter.estimators.custom_converters.category_sets import known_codes, without_sets
from converter.estimators.custom_converters.encoding import codes_of_numbers
from converter.estimators.custom_converters.joined_trees import JoinedTrees
from converter.estimators.custom_converters.nodes import as_index, as_number, flat, pick
from converter.estimators.custom_converters.registry import VERSION, register

_LOG_LINKS = ("HalfPoissonLoss", "HalfGammaLoss")


def _raw(estimator: Any, source: Any, dtype: Any) -> Any:
    """Return the sums of the leaves: ``(rows, trees per iteration)``."""
    known = known_codes(estimator)
    trees = [
        (without_sets(tree, known), target)
        for iteration in estimator._predictors
        for target, tree in enumerate(iteration)
    ]
    nodes = np.concatenate([nodes for nodes, _ in trees])
    targets = np.repeat([target for _, target in trees], [len(nodes) for nodes, _ in trees])
    weights = np.full((len(nodes), int(estimator.n_trees_per_iteration_)), np.nan)
    weights[np.arange(len(nodes)), targets] = nodes["value"]
    forest = JoinedTrees(
        sizes=[len(nodes) for nodes, _ in trees],
        leaf=nodes["is_leaf"].astype(bool),
        features=nodes["feature_idx"],
        thresholds=nodes["num_threshold"],
        left=nodes["left"],
        right=nodes["right"],
        missing_left=nodes["missing_go_to_left"].astype(bool),
        weights=weights,
        hits=nodes["count"],
    )
    base = np.asarray(estimator._baseline_prediction).ravel()
    return as_number(forest.sums(_encoded(estimator, as_number(source, np.float64)), base), dtype)


def _encoded(estimator: Any, source: Any) -> Any:
    """Encode the categories, where they are not encoded by a step before the model."""
    inner = estimator._preprocessor
    if inner is None:
        return source
    positions = inner._transformer_to_input_indices  # no public twin
    coded, others = (
        OnnxGather(source, np.array(positions[name], dtype=np.int64), axis=1, op_version=VERSION)
        for name in ("encoder", "numerical")
    )
    codes = codes_of_numbers(encoder_of(inner.named_transformers_["encoder"]), coded)
    return OnnxConcat(codes, others, axis=1, op_version=VERSION)


def _regressor(estimator: HistGradientBoostingRegressor, source: Any, dtype: Any) -> list[Any]:
    raw = _raw(estimator, source, dtype)
    logarithm = type(estimator._loss).__name__ in _LOG_LINKS
    return [OnnxExp(raw, op_version=VERSION) if logarithm else raw]


def _labels(estimator: HistGradientBoostingClassifier, raw: Any, dtype: Any) -> Any:
    if estimator.n_trees_per_iteration_ == 1:
        above = OnnxGreater(raw, np.array([0], dtype=dtype), op_version=VERSION)
        return pick(estimator.classes_, flat(as_index(above)))
    best = OnnxArgMax(raw, axis=1, keepdims=0, op_version=VERSION)
    return pick(estimator.classes_, best)


def _classifier(estimator: HistGradientBoostingClassifier, source: Any, dtype: Any) -> list[Any]:
    raw = _raw(estimator, source, dtype)
    label = _labels(estimator, raw, dtype)
    if estimator.n_trees_per_iteration_ > 1:
        return [label, OnnxSoftmax(raw, axis=1, op_version=VERSION)]
    both = [OnnxNeg(raw, op_version=VERSION), raw]
    chances = [OnnxSigmoid(score, op_version=VERSION) for score in both]
    return [label, OnnxConcat(*chances, axis=1, op_version=VERSION)]


def _scores(estimator: HistGradientBoostingClassifier, source: Any, dtype: Any) -> list[Any]:
    """Return labels and raw scores, as wrappers ask for them (skl2onnx's option)."""
    raw = _raw(estimator, source, dtype)
    label = _labels(estimator, raw, dtype)
    if estimator.n_trees_per_iteration_ > 1:
        return [label, raw]
    return [label, OnnxConcat(OnnxNeg(raw, op_version=VERSION), raw, axis=1, op_version=VERSION)]


def add() -> None:
    """Register both."""
    register(HistGradientBoostingRegressor, _regressor, ["prediction"])
    register(
        HistGradientBoostingClassifier, _classifier, ["label", "probabilities"], scores=_scores
    )
