"""The few shapes of graph that several of our converters are made of."""

from typing import Any

import numpy as np
from skl2onnx.algebra.onnx_ops import (
    OnnxAdd,
    OnnxArgMax,
    OnnxArgMin,
    OnnxCast,
    OnnxExp,
    OnnxGather,
    OnnxMatMul,
    OnnxMul,
    OnnxReduceSum,
    OnnxReduceSumSquare,
    OnnxReshape,
    OnnxSqueeze,
    OnnxSub,
    OnnxUnsqueeze,
)
from skl2onnx.proto import onnx_proto

from converter.estimators.custom_converters.inner import inner
from converter.estimators.custom_converters.registry import VERSION

_PROTO = {np.float32: onnx_proto.TensorProto.FLOAT, np.float64: onnx_proto.TensorProto.DOUBLE}
FLAT = np.array([-1], dtype=np.int64)
COLUMN = np.array([-1, 1], dtype=np.int64)
LAST = np.array([1], dtype=np.int64)


def as_number(node: Any, dtype: Any) -> Any:
    """Cast to the graph's floating type."""
    return OnnxCast(node, to=_PROTO[dtype], op_version=VERSION)


def as_index(node: Any) -> Any:
    """Cast to int64."""
    return OnnxCast(node, to=onnx_proto.TensorProto.INT64, op_version=VERSION)


def affine(source: Any, weights: Any, offset: Any, dtype: Any) -> Any:
    """``source @ weights + offset``."""
    product = OnnxMatMul(source, np.asarray(weights, dtype=dtype), op_version=VERSION)
    return OnnxAdd(product, np.asarray(offset, dtype=dtype), op_version=VERSION)


def squared_distances(source: Any, points: Any, dtype: Any) -> Any:
    """Squared Euclidean distances ``(rows, points)``, by differences.

    The shorter ``x² - 2xy + y²`` loses all its digits in float32 when points are far from zero.
    """
    rows = OnnxUnsqueeze(source, LAST, op_version=VERSION)
    difference = OnnxSub(rows, np.asarray(points, dtype=dtype)[np.newaxis], op_version=VERSION)
    axis = np.array([2], dtype=np.int64)
    return OnnxReduceSumSquare(difference, axis, keepdims=0, op_version=VERSION)


def rbf(source: Any, points: Any, gamma: float, dtype: Any) -> Any:
    """Return the radial basis function kernel ``exp(-gamma d²)``."""
    distances = squared_distances(source, points, dtype)
    return OnnxExp(
        OnnxMul(distances, np.array([-gamma], dtype=dtype), op_version=VERSION), op_version=VERSION
    )


def nearest(distances: Any) -> Any:
    """Return the index of the smallest value in each row."""
    return OnnxArgMin(distances, axis=1, keepdims=0, op_version=VERSION)


def largest(scores: Any) -> Any:
    """Return the index of the largest value in each row."""
    return OnnxArgMax(scores, axis=1, keepdims=0, op_version=VERSION)


def pick(table: Any, index: Any) -> Any:
    """Look up each row's entry of ``table``: labels are int64 or strings.

    Labels that count from 0 are the index itself.
    """
    values = np.asarray(table)
    if values.dtype.kind in "iu" and np.array_equal(values, np.arange(len(values))):
        return index
    if values.dtype.kind in "biuf":
        values = values.astype(np.int64)
    else:
        values = values.astype(str).astype(object)
    return OnnxGather(values, index, axis=0, op_version=VERSION)


def total(node: Any) -> Any:
    """Return the sum of each row, kept as a column."""
    return OnnxReduceSum(node, LAST, keepdims=1, op_version=VERSION)


def column(node: Any) -> Any:
    """Reshape to ``(rows, 1)``."""
    return OnnxReshape(node, COLUMN, op_version=VERSION)


def flat(node: Any) -> Any:
    """Reshape to ``(rows,)``."""
    return OnnxReshape(node, FLAT, op_version=VERSION)


def squeeze(node: Any) -> Any:
    """Drop the second axis."""
    return OnnxSqueeze(node, LAST, op_version=VERSION)


def predicted(estimator: Any, source: Any) -> Any:
    """Return a regressor's prediction, or a classifier's label, inside the graph."""
    return inner(estimator, source, _plain(estimator))[0]


def probabilities(estimator: Any, source: Any) -> Any:
    """Return a classifier's probabilities ``(rows, classes)`` inside the graph."""
    return inner(estimator, source, _plain(estimator))[1]


def _plain(estimator: Any) -> Any:
    return {"zipmap": False} if hasattr(estimator, "predict_proba") else None
