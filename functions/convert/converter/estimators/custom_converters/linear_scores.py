"""Linear classifiers without probabilities, in a graph of doubles.

The operator that skl2onnx uses for them computes in float32 whatever its input is.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from skl2onnx import get_model_alias
from skl2onnx.algebra.onnx_ops import OnnxConcat, OnnxGreater, OnnxIdentity, OnnxNeg
from skl2onnx.common._registration import get_converter, register_converter
from skl2onnx.common.data_types import DoubleTensorType
from sklearn.linear_model import RidgeClassifier, RidgeClassifierCV
from sklearn.svm import LinearSVC

from converter.estimators.custom_converters.nodes import affine, as_index, flat, largest, pick
from converter.estimators.custom_converters.registry import VERSION

_CLASSES = (LinearSVC, RidgeClassifier, RidgeClassifierCV)


def _label(estimator: Any, scores: Any) -> Any:
    above = OnnxGreater(scores, np.array([0.0]), op_version=VERSION)
    binarizer = getattr(estimator, "_label_binarizer", None)
    if binarizer is not None and binarizer.y_type_.startswith("multilabel"):
        return as_index(above)
    if len(estimator.classes_) > 2:
        return pick(estimator.classes_, largest(scores))
    return pick(estimator.classes_, flat(as_index(above)))


def _in_doubles(convert: Callable[[Any, Any, Any], None]) -> Callable[[Any, Any, Any], None]:
    def converter(scope: Any, operator: Any, container: Any) -> None:
        model, source = operator.raw_operator, operator.inputs[0]
        if not isinstance(model, _CLASSES) or not isinstance(source.type, DoubleTensorType):
            convert(scope, operator, container)
            return
        weights = np.atleast_2d(model.coef_).T
        scores = affine(source, weights, np.ravel(model.intercept_), np.float64)
        shown = scores
        if weights.shape[1] == 1:  # a score for each class, of which voting takes the larger
            opposite = OnnxNeg(scores, op_version=VERSION)
            shown = OnnxConcat(opposite, scores, axis=1, op_version=VERSION)
        for node, output in zip((_label(model, scores), shown), operator.outputs, strict=False):
            named = OnnxIdentity(node, op_version=VERSION, output_names=[output])
            named.add_to(scope, container)

    return converter


def add() -> None:
    """Register skl2onnx's converters again, each with its own graph for doubles."""
    for alias in sorted({get_model_alias(cls) for cls in _CLASSES}):
        known = get_converter(alias)
        register_converter(
            alias,
            _in_doubles(known._fct),
            overwrite=True,
            options=known.get_allowed_options(),
        )
