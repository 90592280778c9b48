"""Meta-estimators: chains, thresholds, output codes, transformed targets.

https://scikit-learn.org/stable/modules/multiclass.html,
https://scikit-learn.org/stable/modules/classification_threshold.html and
https://scikit-learn.org/stable/modules/compose.html#transforming-target-in-regression
"""

from typing import Any

import numpy as np
from skl2onnx.algebra.onnx_ops import (
    OnnxConcat,
    OnnxGather,
    OnnxGreaterOrEqual,
)
from sklearn.compose import TransformedTargetRegressor
from sklearn.model_selection import FixedThresholdClassifier, TunedThresholdClassifierCV
from sklearn.multiclass import OutputCodeClassifier
from sklearn.multioutput import ClassifierChain, RegressorChain

from converter.estimators.custom_converters.functions import inverse_of
from converter.estimators.custom_converters.nodes import (
    as_index,
    as_number,
    column,
    flat,
    nearest,
    pick,
    predicted,
    probabilities,
    squared_distances,
)
from converter.estimators.custom_converters.registry import VERSION, register
from converter.estimators.custom_converters.scores import binary_score, positive_score
from inferx.errors import Refused


def _chain(estimator: Any, source: Any, respond: Any, follow: Any) -> Any:
    seen: list[Any] = []
    columns: list[Any] = []
    for member in estimator.estimators_:
        augmented = OnnxConcat(source, *seen, axis=1, op_version=VERSION) if seen else source
        columns.append(respond(member, augmented))
        seen.append(follow(member, augmented))
    order = np.argsort(np.asarray(estimator.order_)).astype(np.int64)
    together = OnnxConcat(*columns, axis=1, op_version=VERSION)
    return OnnxGather(together, order, axis=1, op_version=VERSION)


def _regressor_chain(estimator: RegressorChain, source: Any, _: Any) -> list[Any]:
    def respond(member: Any, rows: Any) -> Any:
        return column(predicted(member, rows))

    return [_chain(estimator, source, respond, respond)]


def _classifier_chain(estimator: ClassifierChain, source: Any, dtype: Any) -> list[Any]:
    if estimator.chain_method_ not in ("predict", "predict_proba"):
        raise Refused("ClassifierChain has an ONNX form here only over predict or predict_proba.")

    def label(member: Any, rows: Any) -> Any:
        return column(as_number(predicted(member, rows), dtype))

    follow = positive_score if estimator.chain_method_ == "predict_proba" else label
    return [as_index(_chain(estimator, source, label, follow))]


def _thresholded(estimator: Any, source: Any, dtype: Any) -> list[Any]:
    member = estimator.estimator_
    classes = np.asarray(estimator.classes_)
    if isinstance(estimator, TunedThresholdClassifierCV):
        positive, threshold = estimator._curve_scorer._get_pos_label(), estimator.best_threshold_
    else:
        positive = estimator.pos_label
        threshold = 0.5 if estimator.threshold == "auto" else estimator.threshold
    if estimator._get_response_method() == "decision_function":
        raise Refused(
            f"{type(estimator).__name__} has an ONNX form here only over probabilities: set "
            "response_method='predict_proba'."
        )
    position = 1 if positive is None else int(np.flatnonzero(classes == positive)[0])
    score = positive_score(member, source, position)
    above = OnnxGreaterOrEqual(score, np.array([threshold], dtype=dtype), op_version=VERSION)
    ordered = classes[[1 - position, position]]
    return [pick(ordered, flat(as_index(above))), probabilities(member, source)]


def _output_code(estimator: OutputCodeClassifier, source: Any, dtype: Any) -> list[Any]:
    scores = [binary_score(member, source, dtype) for member in estimator.estimators_]
    code = OnnxConcat(*scores, axis=1, op_version=VERSION)
    index = nearest(squared_distances(code, estimator.code_book_, dtype))
    return [pick(estimator.classes_, index)]


def _transformed_target(estimator: Any, source: Any, dtype: Any) -> list[Any]:
    raw = predicted(estimator.regressor_, source)
    if estimator._training_dim == 1:
        raw = column(raw)
    return [inverse_of(estimator.transformer_, raw, dtype)]


def add() -> None:
    """Register them."""
    register(RegressorChain, _regressor_chain, ["prediction"])
    register(ClassifierChain, _classifier_chain, ["label"])
    register(FixedThresholdClassifier, _thresholded, ["label", "probabilities"])
    register(TunedThresholdClassifierCV, _thresholded, ["label", "probabilities"])
    register(OutputCodeClassifier, _output_code, ["label"])
    register(TransformedTargetRegressor, _transformed_target, ["prediction"])
