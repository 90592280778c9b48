"""Models of normal distributions: the elliptic envelope, and discriminant analysis."""

from typing import Any

import numpy as np
from skl2onnx.algebra.onnx_ops import (
    OnnxAdd,
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
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis, QuadraticDiscriminantAnalysis

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


def _quadratic(estimator: QuadraticDiscriminantAnalysis, source: Any, dtype: Any) -> list[Any]:
    """skl2onnx gives the labels of all rows as one row."""
    scores = []
    parts = (estimator.means_, estimator.rotations_, estimator.scalings_, estimator.priors_)
    for mean, rotation, scaling, prior in zip(*parts, strict=True):
        apart = OnnxSub(source, np.asarray(mean, dtype=dtype), op_version=VERSION)
        turned = np.asarray(rotation * scaling**-0.5, dtype=dtype)
        moved = OnnxMatMul(apart, turned, op_version=VERSION)
        distance = total(OnnxMul(moved, moved, op_version=VERSION))
        half = OnnxMul(distance, np.array([-0.5], dtype=dtype), op_version=VERSION)
        constant = np.array([np.log(prior) - 0.5 * np.sum(np.log(scaling))], dtype=dtype)
        scores.append(OnnxAdd(half, constant, op_version=VERSION))
    likely = OnnxConcat(*scores, axis=1, op_version=VERSION)
    chances = OnnxSoftmax(likely, axis=1, op_version=VERSION)
    return [pick(estimator.classes_, largest(likely)), chances]


def add() -> None:
    """Register them."""
    register(QuadraticDiscriminantAnalysis, _quadratic, ["label", "probabilities"])
    register(EllipticEnvelope, _envelope, ["label"])
    register(LinearDiscriminantAnalysis, _discriminant, ["label", "probabilities"])
