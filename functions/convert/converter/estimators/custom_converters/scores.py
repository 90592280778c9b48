"""Decision functions inside a graph, for wrappers that compare the scores of their members."""

import copy
from typing import Any

import numpy as np
from skl2onnx import get_model_alias
from skl2onnx.algebra.onnx_ops import OnnxGather
from skl2onnx.common._registration import get_converter
from sklearn.base import is_regressor
from sklearn.pipeline import Pipeline

from converter.estimators.custom_converters.constants import repeated
from converter.estimators.custom_converters.inner import inner
from converter.estimators.custom_converters.nodes import affine, column, predicted, probabilities
from converter.estimators.custom_converters.registry import VERSION
from inferx.errors import Refused


def positive_score(estimator: Any, source: Any, position: int = 1) -> Any:
    """Return a binary classifier's probability of class ``position``, as a column.

    Raises:
        Refused: for a classifier without probabilities, whose scores skl2onnx does not give.
    """
    if not hasattr(estimator, "predict_proba"):
        raise Refused(
            f"{type(estimator).__name__} gives no probabilities, which this wrapper needs in ONNX."
        )
    chances = probabilities(estimator, source)
    return OnnxGather(chances, np.array([position], dtype=np.int64), axis=1, op_version=VERSION)


def binary_score(estimator: Any, source: Any, dtype: Any) -> Any:
    """Return a binary classifier's decision function, or else its probability, as a column.

    A regressor's is what it predicts.

    Raises:
        Refused: for a decision function without an ONNX form.
    """
    if is_regressor(estimator):
        return column(predicted(estimator, source))
    if not hasattr(estimator, "decision_function"):
        return positive_score(estimator, source)
    return decision(estimator, source, dtype)


def decision(estimator: Any, source: Any, dtype: Any) -> Any:
    """Return a classifier's decision function: a column for two classes, else one for each.

    Raises:
        Refused: for one without an ONNX form.
    """
    if isinstance(estimator, Pipeline):
        *before, (_, last) = estimator.steps
        rows = inner(Pipeline(before), source) if before else source
        return decision(last, rows, dtype)
    if hasattr(estimator, "coef_") and not hasattr(estimator, "kernel"):
        weights, offset = np.atleast_2d(estimator.coef_), np.asarray(estimator.intercept_)
        return affine(source, weights.T, offset.reshape(-1), dtype)
    if type(estimator).__name__ == "_ConstantPredictor":  # a column with one value only
        return repeated(np.asarray(estimator.y_, dtype=dtype).reshape(1, 1), source)
    if "raw_scores" not in _options_of(estimator):
        raise Refused(
            f"{type(estimator).__name__} has no decision function in ONNX here; use "
            "LogisticRegression inside this wrapper."
        )
    # Options go by the estimator's id, and its probabilities may be wanted beside its scores.
    scores = inner(copy.copy(estimator), source, {"zipmap": False, "raw_scores": True})[1]
    if len(estimator.classes_) > 2:
        return scores
    return OnnxGather(scores, np.array([1], dtype=np.int64), axis=1, op_version=VERSION)


def _options_of(estimator: Any) -> dict[str, Any]:
    try:
        return get_converter(get_model_alias(type(estimator))).get_allowed_options() or {}
    except (KeyError, RuntimeError, ValueError):  # a class that skl2onnx does not know
        return {}
