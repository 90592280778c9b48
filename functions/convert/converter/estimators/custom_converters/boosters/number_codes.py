"""Numbers that name categories, as their positions: compared exactly, in the graph's own type.

scikit-learn's encoder would do, but its ONNX form looks numbers up in float32.
"""

from typing import Any

import numpy as np
from skl2onnx.algebra.onnx_ops import (
    OnnxConcat,
    OnnxEqual,
    OnnxGather,
    OnnxMatMul,
    OnnxReduceMax,
    OnnxWhere,
)
from sklearn.base import BaseEstimator, TransformerMixin

from converter.estimators.custom_converters.nodes import LAST, as_number, column
from converter.estimators.custom_converters.registry import VERSION, register
from inferx.errors import Refused


class NumberCodes(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """Replaces each value by its position in its column's list; any other is NaN."""

    handle_unknown, unknown_value = "use_encoded_value", np.nan

    def __init__(self, categories: Any) -> None:
        self.categories = categories

    @property
    def categories_(self) -> list[Any]:
        """Each column's values."""
        return [np.asarray(values, dtype=float) for values in self.categories]

    def fit(self, rows: Any, target: Any = None) -> "NumberCodes":
        """Learn nothing: the lists are given."""
        del target
        self.n_features_in_ = np.shape(rows)[1]
        return self

    def transform(self, rows: Any) -> Any:
        """Return the codes of ``rows``."""
        columns = np.asarray(rows, dtype=float).T
        return np.column_stack(
            [_codes(values, kept) for values, kept in zip(columns, self.categories_, strict=True)]
        )


def _codes(values: Any, kept: Any) -> Any:
    position = np.minimum(np.searchsorted(kept, values), len(kept) - 1)
    return np.where(kept[position] == values, position, np.nan)


def _build(estimator: NumberCodes, source: Any, dtype: Any) -> list[Any]:
    nan, coded = np.array([np.nan], dtype=dtype), []
    for number, kept in enumerate(estimator.categories_):
        if not np.array_equal(kept.astype(dtype), kept):
            raise Refused(
                "A category column of the DataFrame has numbers that float32 cannot hold apart; "
                "encode it in a step before the model (OrdinalEncoder)."
            )
        place = np.array([number], dtype=np.int64)
        value = column(OnnxGather(source, place, axis=1, op_version=VERSION))
        same = OnnxEqual(value, kept.astype(dtype).reshape(1, -1), op_version=VERSION)
        hits = as_number(same, dtype)
        positions = np.arange(len(kept), dtype=dtype).reshape(-1, 1)
        code = OnnxMatMul(hits, positions, op_version=VERSION)
        known = OnnxReduceMax(hits, LAST, keepdims=1, op_version=VERSION)
        found = OnnxEqual(known, np.array([1], dtype=dtype), op_version=VERSION)
        coded.append(OnnxWhere(found, code, nan, op_version=VERSION))
    return [OnnxConcat(*coded, axis=1, op_version=VERSION)]


def add() -> None:
    """Register it."""
    register(NumberCodes, _build, ["prediction"])
