"""PowerTransformer: skl2onnx raises negative numbers to powers in the branch it then discards.

Yeo and Johnson, "A new family of power transformations" (Biometrika, 2000); Box and Cox (1964).
"""

from typing import Any

import numpy as np
from skl2onnx.algebra.onnx_ops import (
    OnnxAdd,
    OnnxConcat,
    OnnxDiv,
    OnnxGather,
    OnnxLog,
    OnnxMax,
    OnnxNeg,
    OnnxPow,
    OnnxSub,
)
from sklearn.preprocessing import PowerTransformer

from converter.estimators.custom_converters.registry import VERSION, register


def _power(base: Any, exponent: float, dtype: Any) -> Any:
    """``(base ** exponent - 1) / exponent``, whose limit at 0 is the logarithm."""
    if abs(exponent) < np.spacing(1.0):
        return OnnxLog(base, op_version=VERSION)
    power = np.array([exponent], dtype=dtype)
    raised = OnnxPow(base, power, op_version=VERSION)
    one = np.array([1], dtype=dtype)
    return OnnxDiv(OnnxSub(raised, one, op_version=VERSION), power, op_version=VERSION)


def _yeo_johnson(values: Any, exponent: float, dtype: Any) -> Any:
    zero, one = np.array([0], dtype=dtype), np.array([1], dtype=dtype)
    above = OnnxMax(values, zero, op_version=VERSION)
    below = OnnxMax(OnnxNeg(values, op_version=VERSION), zero, op_version=VERSION)
    right = _power(OnnxAdd(above, one, op_version=VERSION), exponent, dtype)
    left = _power(OnnxAdd(below, one, op_version=VERSION), 2 - exponent, dtype)
    return OnnxSub(right, left, op_version=VERSION)  # the side without the value is 0


def _transform(estimator: PowerTransformer, source: Any, dtype: Any) -> list[Any]:
    curve = _yeo_johnson if estimator.method == "yeo-johnson" else _power
    columns = []
    for position, exponent in enumerate(estimator.lambdas_):
        index = np.array([position], dtype=np.int64)
        values = OnnxGather(source, index, axis=1, op_version=VERSION)
        columns.append(curve(values, float(exponent), dtype))
    together = OnnxConcat(*columns, axis=1, op_version=VERSION)
    if not estimator.standardize:
        return [together]
    scaler = estimator._scaler
    centred = OnnxSub(together, scaler.mean_.astype(dtype), op_version=VERSION)
    return [OnnxDiv(centred, scaler.scale_.astype(dtype), op_version=VERSION)]


def add() -> None:
    """Register it."""
    register(PowerTransformer, _transform, ["prediction"])
