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
    OnnxDiv,
    OnnxFloor,
    OnnxGather,
    OnnxGreaterOrEqual,
    OnnxIsNaN,
    OnnxLess,
    OnnxMatMul,
    OnnxMax,
    OnnxMin,
    OnnxMul,
    OnnxSub,
    OnnxWhere,
)
from sklearn.preprocessing import SplineTransformer

from converter.estimators.custom_converters.nodes import as_number
from converter.estimators.custom_converters.registry import VERSION, register
from inferx.errors import Refused


def _basis(values: Any, knots: Any, degree: int, dtype: Any) -> Any:
    """Evaluate all basis functions of ``degree``: ``(rows, len(knots) - degree - 1)``.

    The first and the last polynomial between the knots that were fitted go on outside of them.
    """
    low, high = knots[:-1].astype(dtype), knots[1:].astype(dtype)
    low[degree], high[-degree - 1] = -np.inf, np.inf
    low[:degree], high[:degree] = np.inf, np.inf  # intervals outside
    if degree:
        low[-degree:], high[-degree:] = np.inf, np.inf
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


def _column(estimator: SplineTransformer, spline: Any, values: Any, dtype: Any) -> Any:
    knots, degree = np.asarray(spline.t, dtype=float), int(spline.k)
    weights = np.asarray(spline.c, dtype=dtype)
    low, high = knots[degree], knots[-degree - 1]  # the range it was fitted on
    bounds = (np.array(low, dtype=dtype), np.array(high, dtype=dtype))
    if estimator.extrapolation == "continue":
        inside = values
    elif estimator.extrapolation == "periodic":
        inside = _turned(values, low, high, dtype)
    else:
        inside = OnnxClip(values, *bounds, op_version=VERSION)
    curves = OnnxMatMul(_basis(inside, knots, degree, dtype), weights, op_version=VERSION)
    if estimator.extrapolation != "linear":
        return curves
    beyond = OnnxSub(values, inside, op_version=VERSION)  # 0 inside
    slopes = [spline(end, nu=1).astype(dtype).reshape(1, -1) for end in (low, high)]
    zero = np.array([0], dtype=dtype)
    above = OnnxMul(OnnxMax(beyond, zero, op_version=VERSION), slopes[1], op_version=VERSION)
    below = OnnxMul(OnnxMin(beyond, zero, op_version=VERSION), slopes[0], op_version=VERSION)
    return OnnxAdd(OnnxAdd(curves, above, op_version=VERSION), below, op_version=VERSION)


def _turned(values: Any, low: float, high: float, dtype: Any) -> Any:
    """Move values by whole periods into the range; the remainder has the period's sign."""
    period = np.array([high - low], dtype=dtype)
    apart = OnnxSub(values, np.array([low], dtype=dtype), op_version=VERSION)
    whole = OnnxFloor(OnnxDiv(apart, period, op_version=VERSION), op_version=VERSION)
    return OnnxSub(values, OnnxMul(whole, period, op_version=VERSION), op_version=VERSION)


def _splines(estimator: SplineTransformer, source: Any, dtype: Any) -> list[Any]:
    if estimator.extrapolation == "linear" and estimator.degree < 2:
        # scikit-learn takes other knots as the range's ends for every column after the first.
        raise Refused(
            f"SplineTransformer(degree={estimator.degree}, extrapolation='linear') has no ONNX "
            "form here; use a degree of 2 or more, or extrapolation='constant'."
        )
    blocks = []
    for position, spline in enumerate(estimator.bsplines_):
        index = np.array([position], dtype=np.int64)
        values = OnnxGather(source, index, axis=1, op_version=VERSION)
        curves = _column(estimator, spline, values, dtype)
        if not estimator.include_bias:
            kept = np.arange(np.asarray(spline.c).shape[1] - 1)
            curves = OnnxGather(curves, kept, axis=1, op_version=VERSION)
        absent = OnnxIsNaN(values, op_version=VERSION)  # which the encoder makes zeros
        blocks.append(OnnxWhere(absent, np.array([0], dtype=dtype), curves, op_version=VERSION))
    return [OnnxConcat(*blocks, axis=1, op_version=VERSION)]


def add() -> None:
    """Register it."""
    register(SplineTransformer, _splines, ["prediction"])
