"""Imputation by the nearest stored rows, in the type of the graph.

https://scikit-learn.org/stable/modules/generated/sklearn.impute.KNNImputer.html: distances count
the columns that both rows have, and a donor is a stored row that has the column.
"""

from typing import Any

import numpy as np
from skl2onnx.algebra.onnx_ops import (
    OnnxConcat,
    OnnxDiv,
    OnnxEqual,
    OnnxGather,
    OnnxGreater,
    OnnxIsNaN,
    OnnxLess,
    OnnxMul,
    OnnxReduceSum,
    OnnxReduceSumSquare,
    OnnxSqrt,
    OnnxSub,
    OnnxTopK,
    OnnxUnsqueeze,
    OnnxWhere,
)
from sklearn.impute import KNNImputer

from converter.estimators.custom_converters.nodes import LAST, as_number, total
from converter.estimators.custom_converters.registry import VERSION, register
from inferx.errors import Refused

_COLUMNS = np.array([2], dtype=np.int64)


def _distances(source: Any, stored: Any, dtype: Any) -> Any:
    """Return ``(rows, stored rows)``; infinite where the two have no column in common."""
    rows = OnnxUnsqueeze(source, LAST, op_version=VERSION)
    apart = OnnxSub(rows, np.asarray(stored, dtype=dtype)[np.newaxis], op_version=VERSION)
    unknown = OnnxIsNaN(apart, op_version=VERSION)
    zero, one = np.array([0], dtype=dtype), np.array([1], dtype=dtype)
    known = OnnxWhere(unknown, zero, apart, op_version=VERSION)
    squares = OnnxReduceSumSquare(known, _COLUMNS, keepdims=0, op_version=VERSION)
    both = OnnxWhere(unknown, zero, one, op_version=VERSION)
    common = OnnxReduceSum(both, _COLUMNS, keepdims=0, op_version=VERSION)
    width = np.array([stored.shape[1]], dtype=dtype)
    share = OnnxDiv(width, common, op_version=VERSION)
    distances = OnnxSqrt(OnnxMul(squares, share, op_version=VERSION), op_version=VERSION)
    some = OnnxGreater(common, zero, op_version=VERSION)
    return OnnxWhere(some, distances, np.array([np.inf], dtype=dtype), op_version=VERSION)


def _weights(estimator: KNNImputer, near: Any, dtype: Any) -> Any:
    found = as_number(OnnxLess(near, np.array([np.inf], dtype=dtype), op_version=VERSION), dtype)
    if estimator.weights == "uniform":
        return found
    equal = as_number(OnnxEqual(near, np.array([0], dtype=dtype), op_version=VERSION), dtype)
    at_zero = OnnxGreater(total(equal), np.array([0], dtype=dtype), op_version=VERSION)
    inverse = OnnxDiv(found, near, op_version=VERSION)
    return OnnxWhere(at_zero, equal, inverse, op_version=VERSION)


def _column(estimator: KNNImputer, place: int, source: Any, distances: Any, dtype: Any) -> Any:
    donors = np.flatnonzero(~estimator._mask_fit_X[:, place]).astype(np.int64)
    values = estimator._fit_X[donors, place].astype(dtype)
    count = np.array([min(estimator.n_neighbors, len(donors))], dtype=np.int64)
    to_donors = OnnxGather(distances, donors, axis=1, op_version=VERSION)
    nearest = OnnxTopK(to_donors, count, axis=1, largest=0, op_version=VERSION)
    weights = _weights(estimator, nearest[0], dtype)
    taken = OnnxGather(values, nearest[1], axis=0, op_version=VERSION)
    sums = total(OnnxMul(taken, weights, op_version=VERSION)), total(weights)
    mean = np.array([[values.mean()]], dtype=dtype)
    some = OnnxGreater(sums[1], np.array([0], dtype=dtype), op_version=VERSION)
    filled = OnnxWhere(some, OnnxDiv(*sums, op_version=VERSION), mean, op_version=VERSION)
    given = OnnxGather(source, np.array([place], dtype=np.int64), axis=1, op_version=VERSION)
    return OnnxWhere(OnnxIsNaN(given, op_version=VERSION), filled, given, op_version=VERSION)


def _imputer(estimator: KNNImputer, source: Any, dtype: Any) -> list[Any]:
    missing = estimator.missing_values
    if estimator.add_indicator or not isinstance(missing, float) or not np.isnan(missing):
        raise Refused("KNNImputer has an ONNX form here without add_indicator, for NaN only.")
    if estimator.weights not in ("uniform", "distance"):
        raise Refused("KNNImputer has an ONNX form here with weights='uniform' or 'distance' only.")
    if not estimator._valid_mask.all():
        raise Refused("KNNImputer fitted with an empty column has no ONNX form here; drop it.")
    distances = _distances(source, estimator._fit_X, dtype)
    columns = [
        _column(estimator, place, source, distances, dtype)
        for place in range(estimator.n_features_in_)
    ]
    return [OnnxConcat(*columns, axis=1, op_version=VERSION)]


def add() -> None:
    """Register it."""
    register(KNNImputer, _imputer, ["prediction"])
