"""Naive Bayes over category numbers: each number is cut to a whole one in float64.

https://scikit-learn.org/stable/modules/naive_bayes.html#categorical-naive-bayes: rounded to
float32 first, as skl2onnx does, 4.99999999 would be category 5.
"""

from typing import Any

import numpy as np
from skl2onnx.algebra.onnx_ops import OnnxAdd, OnnxGather, OnnxLess, OnnxSoftmax, OnnxWhere
from sklearn.naive_bayes import CategoricalNB

from converter.estimators.custom_converters.nodes import as_index, as_number, flat, largest, pick
from converter.estimators.custom_converters.registry import VERSION, register


def _categorical(estimator: CategoricalNB, source: Any, dtype: Any) -> list[Any]:
    whole = as_index(source)
    likely: Any = np.asarray(estimator.class_log_prior_, dtype=np.float64).reshape(1, -1)
    for place, table in enumerate(estimator.feature_log_prob_):
        column = OnnxGather(whole, np.array([place], dtype=np.int64), axis=1, op_version=VERSION)
        by_category = np.ascontiguousarray(np.asarray(table, dtype=np.float64).T)
        found = OnnxGather(by_category, _within(column, len(by_category)), op_version=VERSION)
        likely = OnnxAdd(found, likely, op_version=VERSION)
    chances = OnnxSoftmax(likely, axis=1, op_version=VERSION)
    return [pick(estimator.classes_, largest(likely)), as_number(chances, dtype)]


def _within(column: Any, count: int) -> Any:
    """Return the category numbers; a negative one becomes one that fails, as in the original."""
    zero, outside = np.array([0], dtype=np.int64), np.array([count], dtype=np.int64)
    below = OnnxLess(column, zero, op_version=VERSION)
    return flat(OnnxWhere(below, outside, column, op_version=VERSION))


def add() -> None:
    """Register it."""
    register(CategoricalNB, _categorical, ["label", "probabilities"])
