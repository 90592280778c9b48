"""Votes and means of all stored rows within a radius.

https://scikit-learn.org/stable/modules/neighbors.html: distances are in float64, summed one column
after the other, as scikit-learn's trees sum them, so that what is exactly on the radius is in.
"""

from typing import Any

import numpy as np
from skl2onnx.algebra.onnx_ops import (
    OnnxAnd,
    OnnxDiv,
    OnnxEqual,
    OnnxGreater,
    OnnxLessOrEqual,
    OnnxMatMul,
    OnnxNot,
    OnnxOr,
    OnnxWhere,
)
from sklearn.neighbors import RadiusNeighborsClassifier, RadiusNeighborsRegressor

from converter.estimators.custom_converters.distances import apart, as_distance, before_root
from converter.estimators.custom_converters.nodes import as_number, flat, largest, pick, total
from converter.estimators.custom_converters.registry import VERSION, register
from inferx.errors import Refused

_DOUBLE = np.float64
_ZERO, _ONE = np.array([0.0]), np.array([1.0])


def _weights(estimator: Any, source: Any) -> tuple[Any, Any]:
    """Return each stored row's weight ``(rows, stored)``, and whether a row has neighbours."""
    far, radius = apart(estimator, source), before_root(estimator, float(estimator.radius))
    within = OnnxLessOrEqual(far, np.array([radius]), op_version=VERSION)
    counted = as_number(within, _DOUBLE)
    some = OnnxGreater(total(counted), _ZERO, op_version=VERSION)
    if estimator.weights in ("uniform", None):
        return counted, some
    if estimator.weights != "distance":
        raise Refused(
            f"{type(estimator).__name__} has an ONNX form here with weights='uniform' or "
            "'distance' only."
        )
    return by_distance(estimator, far, within), some


def by_distance(estimator: Any, far: Any, within: Any = None) -> Any:
    """Return weights of 1 by the distance; where one is 0, the stored rows there count alone."""
    distance = as_distance(estimator, far)
    same = OnnxEqual(distance, _ZERO, op_version=VERSION)
    at_zero = OnnxGreater(total(as_number(same, _DOUBLE)), _ZERO, op_version=VERSION)
    chosen = OnnxOr(same, OnnxNot(at_zero, op_version=VERSION), op_version=VERSION)
    divisor = OnnxWhere(same, _ONE, distance, op_version=VERSION)
    inverse = OnnxDiv(_ONE, divisor, op_version=VERSION)
    if within is not None:
        chosen = OnnxAnd(chosen, within, op_version=VERSION)
    return OnnxWhere(chosen, inverse, _ZERO, op_version=VERSION)


def _regressor(estimator: RadiusNeighborsRegressor, source: Any, dtype: Any) -> list[Any]:
    """Return means; where there is no neighbour NaN, or what a whole number has in its place."""
    weights, some = _weights(estimator, source)
    stored = np.asarray(estimator._y).reshape(len(estimator._y), -1)
    with np.errstate(invalid="ignore"):
        alone = np.full_like(stored[:1], np.nan).astype(_DOUBLE)
    sums = OnnxMatMul(weights, stored.astype(_DOUBLE), op_version=VERSION)
    means = OnnxDiv(sums, total(weights), op_version=VERSION)
    return [as_number(OnnxWhere(some, means, alone, op_version=VERSION), dtype)]


def _classifier(estimator: RadiusNeighborsClassifier, source: Any, dtype: Any) -> list[Any]:
    if estimator.outputs_2d_:
        raise Refused(
            "RadiusNeighborsClassifier of several outputs has no ONNX form here; put "
            "MultiOutputClassifier around one of one output."
        )
    classes = estimator.classes_
    weights, some = _weights(estimator, source)
    places = np.eye(len(classes))[np.asarray(estimator._y).ravel()]
    votes = OnnxMatMul(weights, places, op_version=VERSION)
    labels, alone, outside = _of_outliers(estimator)
    sums = OnnxWhere(some, total(votes), _ONE, op_version=VERSION)
    shares = OnnxDiv(votes, sums, op_version=VERSION)
    chances = OnnxWhere(some, shares, alone, op_version=VERSION)
    index = OnnxWhere(flat(some), largest(shares), outside, op_version=VERSION)
    return [pick(labels, index), as_number(chances, dtype)]


def _of_outliers(estimator: RadiusNeighborsClassifier) -> tuple[Any, Any, Any]:
    """Return all labels, the probabilities of a row without neighbours, and its label's place.

    Where the original raises for such a row, the place is outside: the run fails, as it should.
    """
    classes = estimator.classes_
    alone = np.zeros((1, len(classes)))
    if estimator.outlier_label_ is None:
        return classes, alone, np.array([len(classes)], dtype=np.int64)
    label = np.asarray(estimator.outlier_label_[:1]).astype(classes.dtype)
    alone[0, np.flatnonzero(classes == estimator.outlier_label_[0])] = 1.0
    return np.append(classes, label), alone, np.array([len(classes)], dtype=np.int64)


def add() -> None:
    """Register both; skl2onnx's fails on rows without neighbours, and on several classes."""
    register(RadiusNeighborsRegressor, _regressor, ["prediction"])
    register(RadiusNeighborsClassifier, _classifier, ["label", "probabilities"])
