"""Missing values: where they were, and the ones predicted from the other columns, in turn.

https://scikit-learn.org/stable/modules/impute.html#multivariate-feature-imputation
"""

from typing import Any

import numpy as np
from skl2onnx.algebra.onnx_ops import (
    OnnxClip,
    OnnxConcat,
    OnnxGather,
    OnnxIsNaN,
    OnnxWhere,
)
from sklearn.experimental import enable_iterative_imputer  # noqa: F401  # switches it on
from sklearn.impute import IterativeImputer, MissingIndicator

from converter.estimators.custom_converters.nodes import as_number, column, predicted
from converter.estimators.custom_converters.registry import VERSION, register
from inferx.errors import Refused


def _iterative(estimator: IterativeImputer, source: Any, dtype: Any) -> list[Any]:
    if estimator.sample_posterior:
        raise Refused(
            "IterativeImputer(sample_posterior=True) fills in random values; set it to False."
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
    if not np.isnan(estimator.missing_values):
        raise Refused("MissingIndicator has an ONNX form here for NaN only.")
    index = np.asarray(estimator.features_, dtype=np.int64)
    watched = OnnxGather(source, index, axis=1, op_version=VERSION)
    return [as_number(OnnxIsNaN(watched, op_version=VERSION), dtype)]


def add() -> None:
    """Register them."""
    register(MissingIndicator, _indicator, ["prediction"])
    register(IterativeImputer, _iterative, ["prediction"])
