"""TF-IDF weights, bit for bit as scikit-learn computes them.

skl2onnx takes the logarithm of ``sublinear_tf`` for zeros, too, and sums a row's squares in an
order of its own: enough to move a row across a tree's threshold.
https://scikit-learn.org/stable/modules/feature_extraction.html#tfidf-term-weighting
"""

from typing import Any

import numpy as np
from skl2onnx.algebra.onnx_ops import (
    OnnxAbs,
    OnnxAdd,
    OnnxCumSum,
    OnnxDiv,
    OnnxEqual,
    OnnxFloor,
    OnnxGather,
    OnnxLess,
    OnnxLog,
    OnnxMin,
    OnnxMul,
    OnnxSqrt,
    OnnxWhere,
)
from sklearn.feature_extraction.text import TfidfTransformer

from converter.estimators.custom_converters.nodes import as_index, as_number
from converter.estimators.custom_converters.registry import VERSION, register

_LOGARITHMS = 1_024
"""Counts up to here have theirs looked up, since the runtime rounds logarithms in its own way."""


def weighted(counts: Any, weights: TfidfTransformer, columns: int, dtype: Any) -> Any:
    """Weigh counts as a fitted transformer does.

    Args:
        counts: a node of ``dtype``, ``(rows, columns)``.
        weights: the transformer.
        columns: how many there are.
        dtype: the type that scikit-learn computes in.
    """
    values = _logarithms(counts, dtype) if weights.sublinear_tf else counts
    if hasattr(weights, "idf_"):
        values = OnnxMul(values, np.asarray(weights.idf_, dtype=dtype), op_version=VERSION)
    return normalized(values, weights.norm, columns, dtype)


def normalized(values: Any, norm: str | None, columns: int, dtype: Any) -> Any:
    """Divide each row by its norm, as scikit-learn does.

    Args:
        values: a node of ``dtype``, ``(rows, columns)``.
        norm: which.
        columns: how many there are.
        dtype: the type that scikit-learn computes in.
    """
    if norm is None:
        return values
    length = norms(values, norm, columns - 1)
    return as_number(
        OnnxDiv(as_number(values, np.float64), length, op_version=VERSION),
        dtype,
    )


def norms(values: Any, norm: str, last: int) -> Any:
    """Return the norm of each row in float64, summed up from the left; 1 for a row of zeros.

    Args:
        values: a node, ``(rows, columns)``.
        norm: ``l1`` or ``l2``.
        last: the last column's number, or -1.
    """
    if norm == "l1":
        sizes = OnnxAbs(values, op_version=VERSION)
    else:
        sizes = OnnxMul(values, values, op_version=VERSION)
    sums = OnnxCumSum(as_number(sizes, np.float64), np.array(1, dtype=np.int64), op_version=VERSION)
    total = OnnxGather(sums, np.array([last], dtype=np.int64), axis=1, op_version=VERSION)
    length = OnnxSqrt(total, op_version=VERSION) if norm == "l2" else total
    empty = OnnxEqual(total, np.array([0.0]), op_version=VERSION)
    return OnnxWhere(empty, np.array([1.0]), length, op_version=VERSION)


def _logarithms(counts: Any, dtype: Any) -> Any:
    """``1 + log(count)`` of the terms that are there, 0 of the others."""
    table = np.arange(_LOGARITHMS, dtype=dtype)
    table[1:] = np.log(table[1:]) + dtype(1)
    last = np.array([_LOGARITHMS - 1], dtype=dtype)
    zero, one = np.array([0], dtype=dtype), np.array([1], dtype=dtype)
    place = as_index(OnnxMin(OnnxAbs(counts, op_version=VERSION), last, op_version=VERSION))
    looked_up = OnnxGather(table, place, axis=0, op_version=VERSION)
    computed = OnnxAdd(OnnxLog(counts, op_version=VERSION), one, op_version=VERSION)
    whole = OnnxEqual(OnnxFloor(counts, op_version=VERSION), counts, op_version=VERSION)
    small = OnnxLess(OnnxAbs(counts, op_version=VERSION), last, op_version=VERSION)
    inner = OnnxWhere(small, looked_up, computed, op_version=VERSION)
    known = OnnxWhere(whole, inner, computed, op_version=VERSION)
    return OnnxWhere(OnnxEqual(counts, zero, op_version=VERSION), zero, known, op_version=VERSION)


def _of_counts(weights: TfidfTransformer, source: Any, dtype: Any) -> list[Any]:
    computed = getattr(weights, "idf_", np.zeros(0)).dtype.type
    columns = int(weights.n_features_in_)
    values = weighted(as_number(source, computed), weights, columns, computed)
    return [as_number(values, dtype)]


def add() -> None:
    """Register it."""
    register(TfidfTransformer, _of_counts, ["prediction"], keeps_type=True)
