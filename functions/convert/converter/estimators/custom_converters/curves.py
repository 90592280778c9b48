"""Isotonic regression: straight lines between the thresholds it learned.

https://scikit-learn.org/stable/modules/isotonic.html
"""

from typing import Any

import numpy as np
from skl2onnx.algebra.onnx_ops import (
    OnnxAdd,
    OnnxAnd,
    OnnxClip,
    OnnxGather,
    OnnxGreaterOrEqual,
    OnnxLessOrEqual,
    OnnxMul,
    OnnxReduceSum,
    OnnxSub,
    OnnxWhere,
)
from sklearn.isotonic import IsotonicRegression

from converter.estimators.custom_converters.nodes import LAST, as_index, as_number, column
from converter.estimators.custom_converters.registry import VERSION, register
from inferx.errors import Refused


def piecewise(source: Any, points: Any, values: Any, dtype: Any) -> Any:
    """Interpolate linearly between ``points``; beyond them the first and last values hold."""
    points = np.asarray(points, dtype=dtype)
    if len(points) == 1:
        zero = OnnxMul(source, np.array([0], dtype=dtype), op_version=VERSION)
        return OnnxAdd(zero, np.asarray(values, dtype=dtype), op_version=VERSION)
    widths = np.diff(points.astype(float))
    slopes = np.diff(np.asarray(values, dtype=float)) / np.where(widths > 0, widths, 1)
    inside = OnnxClip(
        source, np.array(points[0], dtype), np.array(points[-1], dtype), op_version=VERSION
    )
    between = points[1:-1] if len(points) > 2 else np.array([np.inf], dtype=dtype)
    passed = OnnxGreaterOrEqual(inside, between.reshape(1, -1), op_version=VERSION)
    segment = as_index(
        OnnxReduceSum(as_number(passed, dtype), LAST, keepdims=0, op_version=VERSION)
    )
    start = column(OnnxGather(points[:-1], segment, op_version=VERSION))
    slope = column(OnnxGather(slopes.astype(dtype), segment, op_version=VERSION))
    base = column(OnnxGather(np.asarray(values, dtype)[:-1], segment, op_version=VERSION))
    along = OnnxMul(OnnxSub(inside, start, op_version=VERSION), slope, op_version=VERSION)
    return OnnxAdd(base, along, op_version=VERSION)


def on_curve(estimator: IsotonicRegression, source: Any) -> Any:
    """Return what a fitted isotonic regression that clips makes of a column of doubles."""
    points, values = estimator.X_thresholds_, estimator.y_thresholds_
    if points.dtype == np.float32:
        source = as_number(as_number(source, np.float32), np.float64)
    return piecewise(source, points, values, np.float64)


def _isotonic(estimator: IsotonicRegression, source: Any, dtype: Any) -> list[Any]:
    if estimator.out_of_bounds == "raise":
        raise Refused(
            "IsotonicRegression(out_of_bounds='raise') has no ONNX form here; use 'clip' or 'nan'."
        )
    points, values = estimator.X_thresholds_, estimator.y_thresholds_
    curve = piecewise(source, points, values, dtype)
    if estimator.out_of_bounds == "clip":
        return [curve]
    low, high = (np.array([bound], dtype=dtype) for bound in (points[0], points[-1]))
    known = OnnxAnd(
        OnnxGreaterOrEqual(source, low, op_version=VERSION),
        OnnxLessOrEqual(source, high, op_version=VERSION),
        op_version=VERSION,
    )
    return [OnnxWhere(known, curve, np.array([np.nan], dtype=dtype), op_version=VERSION)]


def add() -> None:
    """Register it."""
    register(IsotonicRegression, _isotonic, ["prediction"])
