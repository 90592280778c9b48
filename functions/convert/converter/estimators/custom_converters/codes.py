"""The encoder inside histogram boosting, where it sees the numbers that an earlier step made."""

from typing import Any

import numpy as np
from skl2onnx.algebra.onnx_ops import OnnxConcat, OnnxGather, OnnxLabelEncoder
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.compose import ColumnTransformer

from converter.estimators.custom_converters.nodes import as_number
from converter.estimators.custom_converters.registry import VERSION, register


class Codes(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """A fitted transformer of category columns to codes; the other columns follow as they are.

    skl2onnx cannot slice the output of one ColumnTransformer for another, so this one is ours.
    """

    def __init__(self, transformer: ColumnTransformer) -> None:
        self.transformer = transformer

    def transform(self, rows: Any) -> Any:
        """Encode ``rows``; an unknown category is NaN."""
        return self.transformer.transform(rows)


def _codes(estimator: Codes, source: Any, dtype: Any) -> list[Any]:
    columns: list[Any] = []
    positions = estimator.transformer._transformer_to_input_indices  # no public twin
    for name, step, _columns in estimator.transformer.transformers_:
        for number, position in enumerate(positions[name]):
            column = as_number(_column(source, position), dtype)
            if hasattr(step, "categories_"):
                kept = np.asarray(step.categories_[number], dtype=np.float32)
                code = OnnxLabelEncoder(
                    as_number(column, np.float32),
                    keys_floats=kept,
                    values_floats=np.arange(len(kept), dtype=np.float32),
                    default_float=float("nan"),
                    op_version=2,
                )
                column = as_number(code, dtype)
            columns.append(column)
    return [OnnxConcat(*columns, axis=1, op_version=VERSION)]


def _column(source: Any, position: int) -> Any:
    return OnnxGather(source, np.array([position], dtype=np.int64), axis=1, op_version=VERSION)


def add() -> None:
    """Register it."""
    register(Codes, _codes, ["prediction"])
