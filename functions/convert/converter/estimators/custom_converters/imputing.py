"""Missing values: where they were, a statistic in their place, or predictions from other columns.

The runtime's own operator for statistics takes no doubles, which scikit-learn computes with.
https://scikit-learn.org/stable/modules/impute.html#multivariate-feature-imputation
"""

from typing import Any

import numpy as np
from skl2onnx.algebra.onnx_ops import (
    OnnxClip,
    OnnxConcat,
    OnnxEqual,
    OnnxGather,
    OnnxIdentity,
    OnnxIsNaN,
    OnnxWhere,
)
from skl2onnx.common.data_types import StringTensorType
from sklearn.experimental import enable_iterative_imputer  # noqa: F401  # switches it on
from sklearn.impute import IterativeImputer, MissingIndicator, SimpleImputer

from converter.estimators.custom_converters.nodes import as_number, column, predicted
from converter.estimators.custom_converters.registry import VERSION, register
from converter.estimators.missing import is_nan
from inferx.errors import Refused
from inferx.signature import MISSING_TEXT


def _is_missing(values: Any, missing: Any, source: Any, dtype: Any) -> Any:
    """Compare with the value that stands for a missing one: NaN, None, a number or a string."""
    if isinstance(source.type, StringTensorType):
        sought = missing if isinstance(missing, str) else MISSING_TEXT
        return OnnxEqual(values, np.array([sought], dtype=object), op_version=VERSION)
    if np.isnan(missing):
        return OnnxIsNaN(values, op_version=VERSION)
    return OnnxEqual(values, np.array([missing], dtype=dtype), op_version=VERSION)


def _can_be_missing(missing: Any) -> bool:
    """Return whether a value among strings may stand for a missing one."""
    return missing is None or isinstance(missing, str) or is_nan(missing)


def _simple(estimator: SimpleImputer, source: Any, dtype: Any) -> list[Any]:
    statistics = np.asarray(estimator.statistics_)
    kept = np.ones(len(statistics), dtype=bool)
    if not estimator.keep_empty_features:
        kept = np.array([value == value for value in statistics.tolist()])  # noqa: PLR0124  # NaN
    filled = statistics[kept].astype(estimator._fill_dtype)
    values: Any = source
    if not kept.all():
        index = np.flatnonzero(kept).astype(np.int64)
        values = OnnxGather(source, index, axis=1, op_version=VERSION)
    missing = estimator.missing_values
    strings = isinstance(source.type, StringTensorType)
    if strings and not _can_be_missing(missing):
        return [OnnxIdentity(values, op_version=VERSION)]  # no number is among strings
    filled = filled.astype(str).astype(object) if strings else filled.astype(dtype)
    absent = _is_missing(values, missing, source, dtype)
    return [OnnxWhere(absent, filled, values, op_version=VERSION)]


def _iterative(estimator: IterativeImputer, source: Any, dtype: Any) -> list[Any]:
    if estimator.sample_posterior:
        raise Refused(
            "IterativeImputer(sample_posterior=True) fills in random values; set it to False and "
            "fit it again."
        )
    if estimator.add_indicator or not np.isnan(estimator.missing_values):
        raise Refused("IterativeImputer has an ONNX form here without add_indicator, for NaN only.")
    first = np.asarray(estimator.initial_imputer_.statistics_, dtype=dtype)
    if np.isnan(first).any():
        raise Refused("IterativeImputer fitted with an empty column has no ONNX form here.")
    columns, missing = [], []
    for position in range(len(first)):
        index = np.array([position], dtype=np.int64)
        given = OnnxGather(source, index, axis=1, op_version=VERSION)
        absent = OnnxIsNaN(given, op_version=VERSION)
        missing.append(absent)
        columns.append(OnnxWhere(absent, first[position : position + 1], given, op_version=VERSION))
    for turn in estimator.imputation_sequence_:
        position = int(turn.feat_idx)
        others = [columns[int(other)] for other in turn.neighbor_feat_idx]
        guess = column(predicted(turn.estimator, OnnxConcat(*others, axis=1, op_version=VERSION)))
        low, high = (
            np.array(bound[position], dtype=dtype)
            for bound in (estimator._min_value, estimator._max_value)
        )
        guess = OnnxClip(guess, low, high, op_version=VERSION)
        columns[position] = OnnxWhere(
            missing[position], guess, columns[position], op_version=VERSION
        )
    return [OnnxConcat(*columns, axis=1, op_version=VERSION)]


def _indicator(estimator: MissingIndicator, source: Any, dtype: Any) -> list[Any]:
    missing = estimator.missing_values
    strings = isinstance(source.type, StringTensorType)
    if not (_can_be_missing(missing) if strings else isinstance(missing, int | float)):
        raise Refused(
            "MissingIndicator (add_indicator=True of an imputer) has an ONNX form here only for "
            "NaN or a number among numbers, or NaN, None or a string among strings, as "
            "missing_values."
        )
    index = np.asarray(estimator.features_, dtype=np.int64)
    watched = OnnxGather(source, index, axis=1, op_version=VERSION)
    return [as_number(_is_missing(watched, missing, source, dtype), dtype)]


def add() -> None:
    """Register them."""
    register(SimpleImputer, _simple, ["prediction"], keeps_type=True, keeps_width=False)
    register(MissingIndicator, _indicator, ["prediction"])
    register(IterativeImputer, _iterative, ["prediction"])
