"""Steps of thresholds, compared as scikit-learn compares them, and rows divided by their norm.

https://scikit-learn.org/stable/modules/preprocessing.html
"""

from typing import Any

import numpy as np
from skl2onnx.algebra.onnx_ops import (
    OnnxAbs,
    OnnxConcat,
    OnnxDiv,
    OnnxEqual,
    OnnxGather,
    OnnxGreater,
    OnnxGreaterOrEqual,
    OnnxReduceL2,
    OnnxReduceMax,
    OnnxReduceSum,
    OnnxWhere,
)
from sklearn.preprocessing import Binarizer, KBinsDiscretizer, Normalizer

from converter.estimators.custom_converters.nodes import LAST, as_number
from converter.estimators.custom_converters.registry import VERSION, register


def _binary(estimator: Binarizer, source: Any, dtype: Any) -> list[Any]:
    threshold = np.array([estimator.threshold], dtype=dtype)
    return [as_number(OnnxGreater(source, threshold, op_version=VERSION), dtype)]


def _bins(estimator: KBinsDiscretizer, source: Any, dtype: Any) -> list[Any]:
    """Count the inner edges that each number reaches."""
    seen = source
    if estimator.dtype == np.float32:
        seen = as_number(as_number(source, np.float32), dtype)
    columns = []
    for position, edges in enumerate(estimator.bin_edges_):
        index = np.array([position], dtype=np.int64)
        values = OnnxGather(seen, index, axis=1, op_version=VERSION)
        inner = np.asarray(edges[1:-1], dtype=dtype).reshape(1, -1)
        if inner.size == 0:  # one bin: no number is above infinity
            inner = np.array([[np.inf]], dtype=dtype)
        reached = as_number(OnnxGreaterOrEqual(values, inner, op_version=VERSION), dtype)
        number = OnnxReduceSum(reached, LAST, keepdims=1, op_version=VERSION)
        if estimator.encode != "ordinal":
            each = np.arange(int(estimator.n_bins_[position]), dtype=dtype).reshape(1, -1)
            number = as_number(OnnxEqual(number, each, op_version=VERSION), dtype)
        columns.append(number)
    return [OnnxConcat(*columns, axis=1, op_version=VERSION)]


def _normalised(estimator: Normalizer, source: Any, dtype: Any) -> list[Any]:
    if estimator.norm == "l2":
        norm = OnnxReduceL2(source, LAST, keepdims=1, op_version=VERSION)
    else:
        reduce = OnnxReduceMax if estimator.norm == "max" else OnnxReduceSum
        norm = reduce(OnnxAbs(source, op_version=VERSION), LAST, keepdims=1, op_version=VERSION)
    # scikit-learn takes a norm of ten machine epsilons for zero, and divides by one.
    tiny = np.array([10 * np.finfo(dtype).eps], dtype=dtype)
    divisor = OnnxWhere(
        OnnxGreaterOrEqual(norm, tiny, op_version=VERSION),
        norm,
        np.array([1], dtype=dtype),
        op_version=VERSION,
    )
    return [OnnxDiv(source, divisor, op_version=VERSION)]


def add() -> None:
    """Register them."""
    register(Binarizer, _binary, ["prediction"])
    register(KBinsDiscretizer, _bins, ["prediction"])
    register(Normalizer, _normalised, ["prediction"])
