"""Models of one normal distribution: the elliptic envelope, and binary discriminant analysis."""

from typing import Any

import numpy as np
from skl2onnx.algebra.onnx_ops import (
    OnnxConcat,
    OnnxGreater,
    OnnxLessOrEqual,
    OnnxMatMul,
    OnnxMul,
    OnnxNeg,
    OnnxSigmoid,
    OnnxSoftmax,
    OnnxSub,
)
from sklearn.covariance import EllipticEnvelope
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

from converter.estimators.custom_converters.nodes import (
    affine,
    as_index,
    flat,
    largest,
    pick,
    total,
)
from converter.estimators.custom_converters.registry import VERSION, register


def _envelope(estimator: EllipticEnvelope, source: Any, dtype: Any) -> list[Any]:
    """Convert EllipticEnvelope: an outlier's squared Mahalanobis distance exceeds ``-offset_``."""
    precision = np.asarray(estimator.get_precision(), dtype=dtype)
    apart = OnnxSub(source, estimator.location_.astype(dtype), op_version=VERSION)
    moved = OnnxMatMul(apart, precision, op_version=VERSION)
    distance = total(OnnxMul(moved, apart, op_version=VERSION))
    limit = np.array([-estimator.offset_], dtype=dtype)
    inside = OnnxLessOrEqual(distance, limit, op_version=VERSION)
    return [pick(np.array([-1, 1]), flat(as_index(inside)))]


def _discriminant(estimator: LinearDiscriminantAnalysis, source: Any, dtype: Any) -> list[Any]:
    """skl2onnx normalises the logistic of each score; with two classes there is one score only."""
    scores = affine(source, estimator.coef_.T, estimator.intercept_, dtype)
    if len(estimator.classes_) > 2:
        chances = OnnxSoftmax(scores, axis=1, op_version=VERSION)
        return [pick(estimator.classes_, largest(scores)), chances]
    second = OnnxSigmoid(scores, op_version=VERSION)
    first = OnnxSigmoid(OnnxNeg(scores, op_version=VERSION), op_version=VERSION)
    above = OnnxGreater(scores, np.array([0], dtype=dtype), op_version=VERSION)
    chances = OnnxConcat(first, second, axis=1, op_version=VERSION)
    return [pick(estimator.classes_, flat(as_index(above))), chances]


def add() -> None:
    """Register them."""
    register(EllipticEnvelope, _envelope, ["label"])
    register(LinearDiscriminantAnalysis, _discriminant, ["label", "probabilities"])
