"""XGBoost behind a vectorizer: the zeros of a sparse matrix are missing values to it.

https://xgboost.readthedocs.io/en/stable/faq.html (on sparse elements and the tree booster)
"""

from typing import Any

import numpy as np
from skl2onnx.algebra.onnx_ops import OnnxEqual, OnnxWhere
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer
from sklearn.feature_selection._base import SelectorMixin
from sklearn.pipeline import FeatureUnion
from sklearn.preprocessing import MaxAbsScaler, Normalizer, StandardScaler

from converter.estimators.columns import reads_text, text_readers_in
from converter.estimators.custom_converters.boosters import library_of
from converter.estimators.custom_converters.registry import VERSION, register
from inferx.errors import Refused

_STAY_SPARSE = (TfidfTransformer, SelectorMixin, MaxAbsScaler, StandardScaler, Normalizer)

type Steps = list[tuple[str, Any]]


class SparseZeros(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """Stands between sparse features and XGBoost; does nothing to a sparse matrix."""

    def transform(self, features: Any) -> Any:
        """Return the features."""
        return features


def without_zeros(steps: Steps) -> Steps:
    """Return a pipeline's steps, zeros made missing before XGBoost if they are so in training."""
    *before, (name, last) = steps
    if library_of(last) != "xgboost" or not _are_sparse([step for _, step in before]):
        return steps
    if any(map(_can_cancel, text_readers_in(before[0][1]))):
        raise Refused(
            "HashingVectorizer before XGBoost has alternate_sign=True, with which a term that is "
            "missing and two that cancel each other differ; train it with alternate_sign=False."
        )
    return [*before, ("sparse_zeros", SparseZeros()), (name, last)]


def _are_sparse(steps: list[Any]) -> bool:
    if not steps or not reads_text(steps[0]):
        return False
    if isinstance(steps[0], FeatureUnion) and not all(
        reads_text(part) for _, part in steps[0].transformer_list
    ):
        return False
    return all(isinstance(step, _STAY_SPARSE) for step in steps[1:])


def _can_cancel(reader: Any) -> bool:
    """Return whether two terms can add up to a zero, which a sparse matrix keeps."""
    return isinstance(reader, HashingVectorizer) and reader.alternate_sign and not reader.binary


def _made_missing(_: SparseZeros, source: Any, dtype: Any) -> list[Any]:
    zero, missing = np.array([0], dtype=dtype), np.array([np.nan], dtype=dtype)
    absent = OnnxEqual(source, zero, op_version=VERSION)
    return [OnnxWhere(absent, missing, source, op_version=VERSION)]


def add() -> None:
    """Register it."""
    register(SparseZeros, _made_missing, ["prediction"], keeps_type=True)
