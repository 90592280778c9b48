"""QuantileTransformer: each number's share among the quantiles that were learned, or its normal.

https://scikit-learn.org/stable/modules/preprocessing.html#mapping-to-a-uniform-distribution
"""

from typing import Any

import numpy as np
from scipy.stats import norm
from skl2onnx.algebra.onnx_ops import (
    OnnxAdd,
    OnnxEqual,
    OnnxGather,
    OnnxGreater,
    OnnxGreaterOrEqual,
    OnnxIsNaN,
    OnnxLess,
    OnnxLessOrEqual,
    OnnxMul,
    OnnxNeg,
    OnnxOr,
    OnnxSub,
    OnnxWhere,
)
from sklearn.preprocessing import QuantileTransformer
from sklearn.preprocessing._data import BOUNDS_THRESHOLD

from converter.estimators.custom_converters.constants import repeated
from converter.estimators.custom_converters.normals import normal_quantile
from converter.estimators.custom_converters.registry import VERSION, register


def interpolated(source: Any, points: Any, values: Any, dtype: Any) -> Any:
    """Interpolate each column as ``numpy.interp`` does, where points may be equal.

    Args:
        source: the rows, ``(rows, columns)``.
        points: increasing, ``(points, columns)``.
        values: what the points stand for, ``(points,)``.
        dtype: the graph's floating type.
    """
    count, width = points.shape
    size = 1 << (count - 1).bit_length()
    table = np.full((width, size), np.nan)  # no number reaches NaN
    table[:, :count] = points.T
    table = table.astype(dtype)
    position = repeated(np.arange(width, dtype=np.int64).reshape(1, -1) * size, source)
    step = size // 2
    while step:  # the last point that the number reaches, by halving
        further = OnnxAdd(position, np.array([step], dtype=np.int64), op_version=VERSION)
        point = OnnxGather(table.ravel(), further, op_version=VERSION)
        reached = OnnxLessOrEqual(point, source, op_version=VERSION)
        position = OnnxWhere(reached, further, position, op_version=VERSION)
        step //= 2
    start = OnnxGather(table.ravel(), position, op_version=VERSION)
    base = OnnxGather(_spread(values, width, size, dtype), position, op_version=VERSION)
    slope = OnnxGather(_slopes(points, values, size, dtype), position, op_version=VERSION)
    along = OnnxMul(slope, OnnxSub(source, start, op_version=VERSION), op_version=VERSION)
    within = OnnxAdd(along, base, op_version=VERSION)
    low, high = (np.asarray(points[end], dtype=dtype).reshape(1, -1) for end in (0, -1))
    first, last = (np.array([values[end]], dtype=dtype) for end in (0, -1))
    before = OnnxLess(source, low, op_version=VERSION)
    after = OnnxGreaterOrEqual(source, high, op_version=VERSION)
    return OnnxWhere(
        before, first, OnnxWhere(after, last, within, op_version=VERSION), op_version=VERSION
    )


def _spread(values: Any, width: int, size: int, dtype: Any) -> Any:
    row = np.zeros(size)
    row[: len(values)] = values
    return np.tile(row, width).astype(dtype)


def _slopes(points: Any, values: Any, size: int, dtype: Any) -> Any:
    """Return the slope behind each point; 0 where the next one is equal, or there is none."""
    widths = np.diff(points, axis=0)
    rises = np.diff(values).reshape(-1, 1)
    slopes = np.zeros((points.shape[1], size))
    with np.errstate(over="ignore"):
        found = np.divide(rises, widths, out=np.zeros_like(widths), where=widths > 0)
    slopes[:, : len(values) - 1] = found.T
    return slopes.ravel().astype(dtype)


def _shares(estimator: QuantileTransformer, source: Any, dtype: Any) -> Any:
    """Return the mean of an interpolation from below and one from above."""
    points = np.asarray(estimator.quantiles_, dtype=np.float64)
    values = np.asarray(estimator.references_, dtype=np.float64)
    from_below = interpolated(source, points, values, dtype)
    mirrored = OnnxNeg(source, op_version=VERSION)
    from_above = interpolated(mirrored, -points[::-1], -values[::-1], dtype)
    both = OnnxSub(from_below, from_above, op_version=VERSION)
    return OnnxMul(np.array([0.5], dtype=dtype), both, op_version=VERSION)


def _transform(estimator: QuantileTransformer, source: Any, dtype: Any) -> list[Any]:
    normal = estimator.output_distribution == "normal"
    shares = _shares(estimator, source, dtype)
    low, high = (
        np.asarray(estimator.quantiles_[end], dtype=dtype).reshape(1, -1) for end in (0, -1)
    )
    if normal:
        margin = np.array([BOUNDS_THRESHOLD], dtype=dtype)
        lowest = OnnxLess(OnnxSub(source, margin, op_version=VERSION), low, op_version=VERSION)
        highest = OnnxGreater(OnnxAdd(source, margin, op_version=VERSION), high, op_version=VERSION)
    else:
        lowest = OnnxEqual(source, low, op_version=VERSION)
        highest = OnnxEqual(source, high, op_version=VERSION)
    one, zero = np.array([1], dtype=dtype), np.array([0], dtype=dtype)
    shares = OnnxWhere(highest, one, shares, op_version=VERSION)
    shares = OnnxWhere(lowest, zero, shares, op_version=VERSION)
    if not normal:
        return [shares]
    return [_normals(shares, dtype)]


def _normals(shares: Any, dtype: Any) -> Any:
    """Return the shares' normal quantiles, between the two that scikit-learn allows at most."""
    tiny = BOUNDS_THRESHOLD - np.spacing(1)
    lowest, highest = norm.ppf(tiny), norm.ppf(1 - tiny)
    # Farther out all are the outermost one, and the formula would take the logarithm of 0.
    few = OnnxLess(shares, np.array([tiny], dtype=dtype), op_version=VERSION)
    most = OnnxGreater(shares, np.array([1 - tiny], dtype=dtype), op_version=VERSION)
    outside = OnnxOr(few, most, op_version=VERSION)
    half = np.array([0.5], dtype=dtype)
    quantile = normal_quantile(OnnxWhere(outside, half, shares, op_version=VERSION), dtype)
    quantile = OnnxWhere(few, np.array([lowest], dtype=dtype), quantile, op_version=VERSION)
    quantile = OnnxWhere(most, np.array([highest], dtype=dtype), quantile, op_version=VERSION)
    absent = OnnxIsNaN(shares, op_version=VERSION)
    return OnnxWhere(absent, shares, quantile, op_version=VERSION)


def add() -> None:
    """Register it; skl2onnx's has no normal distribution, and rounds on the way."""
    register(QuantileTransformer, _transform, ["prediction"])
