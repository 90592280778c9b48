"""Steps that keep some columns, or pool them into fewer.

https://scikit-learn.org/stable/modules/feature_selection.html#univariate-feature-selection and
https://scikit-learn.org/stable/modules/clustering.html (on feature agglomeration)
"""

from functools import reduce
from typing import Any

import numpy as np
from skl2onnx.algebra.onnx_ops import OnnxAdd, OnnxConcat, OnnxDiv, OnnxGather, OnnxMax, OnnxMin
from sklearn.cluster import FeatureAgglomeration
from sklearn.feature_selection import SelectFdr, SelectFpr, SelectFwe, SequentialFeatureSelector

from converter.estimators.custom_converters.registry import VERSION, register
from inferx.errors import Refused

_LARGEST, _SMALLEST = (np.max, np.amax), (np.min, np.amin)


def _selected(estimator: Any, source: Any, _: Any) -> list[Any]:
    kept = np.flatnonzero(estimator.get_support()).astype(np.int64)
    if not len(kept):
        raise Refused(f"{type(estimator).__name__} keeps no column; leave its step out.")
    return [OnnxGather(source, kept, axis=1, op_version=VERSION)]


def _pooled(estimator: FeatureAgglomeration, source: Any, dtype: Any) -> list[Any]:
    labels = np.asarray(estimator.labels_)
    groups = [
        [
            OnnxGather(source, np.array([place], dtype=np.int64), axis=1, op_version=VERSION)
            for place in np.flatnonzero(labels == label)
        ]
        for label in np.unique(labels)
    ]
    pooled = [_pool(estimator.pooling_func, group, dtype) for group in groups]
    return [OnnxConcat(*pooled, axis=1, op_version=VERSION)]


def _pool(function: Any, columns: list[Any], dtype: Any) -> Any:
    """Pool a group of columns; their mean is added up from the left, as scikit-learn does."""
    if function is np.mean:
        count = np.array([len(columns)], dtype=dtype)
        total = reduce(lambda left, right: OnnxAdd(left, right, op_version=VERSION), columns)
        return OnnxDiv(total, count, op_version=VERSION)
    if len(columns) == 1 and function in (*_LARGEST, *_SMALLEST, np.median):
        return columns[0]
    if function in _LARGEST:
        return OnnxMax(*columns, op_version=VERSION)
    if function in _SMALLEST:
        return OnnxMin(*columns, op_version=VERSION)
    raise Refused(
        "FeatureAgglomeration has an ONNX form here with pooling_func=numpy.mean, numpy.max or "
        "numpy.min only."
    )


def add() -> None:
    """Register them."""
    for cls in (SelectFdr, SelectFpr, SelectFwe, SequentialFeatureSelector):
        register(cls, _selected, ["prediction"], keeps_type=True, keeps_width=False)
    register(FeatureAgglomeration, _pooled, ["prediction"])
