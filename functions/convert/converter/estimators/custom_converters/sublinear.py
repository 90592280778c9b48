"""TF-IDF over ``1 + log(count)``, which skl2onnx takes for the plain counts.

https://scikit-learn.org/stable/modules/feature_extraction.html#tfidf-term-weighting
"""

import copy
from typing import Any

import numpy as np
from skl2onnx.algebra.onnx_ops import OnnxAdd, OnnxLog, OnnxMax, OnnxMin
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.pipeline import Pipeline

from converter.estimators.custom_converters.registry import VERSION, register


class LogCounts(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """``1 + log(count)`` of the words that are there, 0 of the others."""

    def transform(self, counts: Any) -> Any:
        """Take a sparse matrix of counts; return another."""
        logged = counts.astype(float)
        np.log(logged.data, out=logged.data)
        logged.data += 1
        return logged


def counted_first(vectorizer: TfidfVectorizer) -> Any:
    """Take a vectoriser with ``sublinear_tf`` apart: counts, their logarithms, the weights."""
    if not vectorizer.sublinear_tf:
        return vectorizer
    words = CountVectorizer()
    wanted = vectorizer.get_params()
    words.set_params(**{name: wanted[name] for name in words.get_params()})
    words.vocabulary_ = vectorizer.vocabulary_
    weights = copy.copy(vectorizer._tfidf)  # fitted; no public twin
    weights.sublinear_tf = False
    return Pipeline([("count", words), ("log", LogCounts()), ("weigh", weights)])


def _log_counts(_: LogCounts, source: Any, dtype: Any) -> list[Any]:
    one = np.array([1], dtype=dtype)
    logarithm = OnnxLog(OnnxMax(source, one, op_version=VERSION), op_version=VERSION)
    there = OnnxMin(source, one, op_version=VERSION)
    return [OnnxAdd(logarithm, there, op_version=VERSION)]


def add() -> None:
    """Register it."""
    register(LogCounts, _log_counts, ["prediction"], keeps_type=True)
