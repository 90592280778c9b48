"""Dummy estimators: the same prediction for every row.

https://scikit-learn.org/stable/modules/model_evaluation.html#dummy-estimators
"""

from typing import Any

import numpy as np
from skl2onnx.algebra.onnx_ops import (
    OnnxConcat,
    OnnxConstantOfShape,
    OnnxExpand,
    OnnxShape,
    OnnxSlice,
)
from sklearn.dummy import DummyClassifier, DummyRegressor

from converter.estimators.custom_converters.nodes import pick
from converter.estimators.custom_converters.registry import VERSION, register
from inferx.errors import Refused


def repeated(row: Any, source: Any) -> Any:
    """``row`` once for every row of the input, whatever the input holds (NaN included)."""
    rows = _count(source)
    width = np.array(row.shape[1:], dtype=np.int64)
    shape = OnnxConcat(rows, width, axis=0, op_version=VERSION) if len(width) else rows
    return OnnxExpand(row, shape, op_version=VERSION)


def no_columns(source: Any) -> Any:
    """Return float32 rows without columns, as many as the input has."""
    shape = OnnxConcat(_count(source), np.array([0], dtype=np.int64), axis=0, op_version=VERSION)
    return OnnxConstantOfShape(shape, op_version=VERSION)


def _count(source: Any) -> Any:
    return OnnxSlice(
        OnnxShape(source, op_version=VERSION),
        np.array([0], dtype=np.int64),
        np.array([1], dtype=np.int64),
        op_version=VERSION,
    )


def _regressor(estimator: DummyRegressor, source: Any, dtype: Any) -> list[Any]:
    return [repeated(np.asarray(estimator.constant_, dtype=dtype).reshape(1, -1), source)]


def _classifier(estimator: DummyClassifier, source: Any, dtype: Any) -> list[Any]:
    if estimator.strategy in ("stratified", "uniform"):
        raise Refused(
            f"DummyClassifier(strategy='{estimator.strategy}') predicts at random; use 'prior'."
        )
    if estimator.n_outputs_ != 1:
        raise Refused("DummyClassifier with several outputs has no ONNX form here.")
    row = np.zeros((1, estimator.n_features_in_))
    label = estimator.predict(row)[0]
    index = np.flatnonzero(estimator.classes_ == label)[:1].astype(np.int64)
    chances = np.asarray(estimator.predict_proba(row), dtype=dtype)
    return [pick(estimator.classes_, repeated(index, source)), repeated(chances, source)]


def add() -> None:
    """Register them."""
    register(DummyRegressor, _regressor, ["prediction"])
    register(DummyClassifier, _classifier, ["label", "probabilities"])
