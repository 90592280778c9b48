"""SplineTransformer: each column's B-spline basis, by the recursion that defines it.

De Boor, "A Practical Guide to Splines" (1978), chapter IX; scipy's BSpline gives the knots.
"""

from typing import Any

import numpy as np
from skl2onnx.algebra.onnx_ops import (
    OnnxAdd,
    OnnxAnd,
    OnnxClip,
    OnnxConcat,
    OnnxGather,
    OnnxGreaterOrEqual,
    OnnxLess,
    OnnxMatMul,
    OnnxMul,
    OnnxSub,
)
from sklearn.preprocessing import SplineTransformer

from converter.estimators.custom_converters.nodes import as_number
from converter.estimators.custom_converters.registry import VERSION, register
from inferx.errors import Refused


def _basis(values: Any, knots: Any, degree: int, dtype: Any) -> Any:
    """Evaluate all basis functions of ``degree``: ``(rows, len(knots) - degree - 1)``."""
    low, high = knots[:-1].astype(dtype), knots[1:].astype(dtype)
    reached = OnnxGreaterOrEqual(values, low.reshape(1, -1), op_version=VERSION)
    before = OnnxLess(values, high.reshape(1, -1), op_version=VERSION)
    basis = as_number(OnnxAnd(reached, before, op_version=VERSION), dtype)
    for order in range(1, degree + 1):
        count = len(knots) - order - 1
        index = np.arange(count)
        left = _slope(values, knots[index], knots[index + order], dtype)
        right = _slope(values, knots[index + order + 1], knots[index + 1], dtype)
        first = OnnxGather(basis, index.astype(np.int64), axis=1, op_version=VERSION)
        second = OnnxGather(basis, (index + 1).astype(np.int64), axis=1, op_version=VERSION)
        basis = OnnxAdd(
            OnnxMul(left, first, op_version=VERSION),
            OnnxMul(right, second, op_version=VERSION),
            op_version=VERSION,
        )
    return basis


def _slope(values: Any, start: Any, end: Any, dtype: Any) -> Any:
    """``(x - start) / (end - start)``, and 0 where the interval is empty."""
    width = end - start
    scale = np.where(width == 0, 0.0, 1 / np.where(width == 0, 1, width)).astype(dtype)
    moved = OnnxSub(values, start.astype(dtype).reshape(1, -1), op_version=VERSION)
    return OnnxMul(moved, scale.reshape(1, -1), op_version=VERSION)


def _splines(estimator: SplineTransformer, source: Any, dtype: Any) -> list[Any]:
    if estimator.extrapolation not in ("constant",) or estimator.sparse_output:
        raise Refused("SplineTransformer has an ONNX form here with extrapolation='constant' only.")
    blocks = []
    for position, spline in enumerate(estimator.bsplines_):
        index = np.array([position], dtype=np.int64)
        knots, degree = np.asarray(spline.t, dtype=float), int(spline.k)
        low, high = knots[degree], knots[-degree - 1]  # the range it was fitted on
        inside = OnnxClip(
            OnnxGather(source, index, axis=1, op_version=VERSION),
            np.array(low, dtype=dtype),
            np.array(high, dtype=dtype),
            op_version=VERSION,
        )
        basis = _basis(inside, knots, degree, dtype)
        weights = np.asarray(spline.c, dtype=dtype)
        kept = weights.shape[1] - (0 if estimator.include_bias else 1)
        blocks.append(OnnxMatMul(basis, weights[:, :kept], op_version=VERSION))
    return [OnnxConcat(*blocks, axis=1, op_version=VERSION)]


def add() -> None:
    """Register it."""
    register(SplineTransformer, _splines, ["prediction"])
