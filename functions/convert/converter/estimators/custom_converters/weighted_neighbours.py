"""The nearest neighbours weighted by their distance, among texts, or by metrics skl2onnx lacks.

https://scikit-learn.org/stable/modules/neighbors.html: where a neighbour is at distance 0, it alone
counts; skl2onnx adds a small number to each distance instead. All is computed in float64.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.sparse import issparse
from skl2onnx import get_model_alias
from skl2onnx.algebra.onnx_ops import (
    OnnxDiv,
    OnnxGather,
    OnnxIdentity,
    OnnxMul,
    OnnxReduceSum,
    OnnxTopK,
    OnnxUnsqueeze,
)
from skl2onnx.common._registration import get_converter, register_converter
from skl2onnx.common.data_types import DoubleTensorType
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor

from converter.estimators.custom_converters.distances import apart
from converter.estimators.custom_converters.nodes import as_number, largest, pick, total
from converter.estimators.custom_converters.radius import by_distance
from converter.estimators.custom_converters.registry import VERSION, number_type

type Convert = Callable[[Any, Any, Any], None]

_KNOWN = ("cityblock", "cosine", "euclidean", "manhattan", "minkowski", "sqeuclidean")
_NEIGHBOURS = np.array([1], dtype=np.int64)
_INSIDE = np.array([2], dtype=np.int64)


def _is_ours(estimator: Any) -> bool:
    if getattr(estimator, "outputs_2d_", False) or callable(estimator.weights):
        return False
    return estimator.weights != "uniform" or issparse(estimator._fit_X) or not _is_known(estimator)


def _is_known(estimator: Any) -> bool:
    """Return whether skl2onnx computes the metric as scikit-learn does."""
    weighed = (estimator.effective_metric_params_ or {}).get("w") is not None
    return estimator.effective_metric_ in _KNOWN and not weighed


def _sums(estimator: Any, source: Any, values: Any) -> tuple[Any, Any]:
    """Return the weighted sums of the neighbours' ``values``, and the sums of their weights."""
    far = apart(estimator, source)
    count = np.array([estimator.n_neighbors], dtype=np.int64)
    near = OnnxTopK(far, count, axis=1, largest=0, op_version=VERSION)
    taken = OnnxGather(values, near[1], axis=0, op_version=VERSION)
    if estimator.weights != "distance":
        sums = OnnxReduceSum(taken, _NEIGHBOURS, keepdims=0, op_version=VERSION)
        return sums, np.array([float(estimator.n_neighbors)])
    weights = by_distance(estimator, near[0])
    weighted = OnnxMul(
        taken, OnnxUnsqueeze(weights, _INSIDE, op_version=VERSION), op_version=VERSION
    )
    sums = OnnxReduceSum(weighted, _NEIGHBOURS, keepdims=0, op_version=VERSION)
    return sums, total(weights)


def _nodes(estimator: Any, source: Any, dtype: Any) -> list[Any]:
    if isinstance(estimator, KNeighborsRegressor):
        values = np.asarray(estimator._y, dtype=np.float64).reshape(len(estimator._y), -1)
        return [as_number(OnnxDiv(*_sums(estimator, source, values), op_version=VERSION), dtype)]
    places = np.eye(len(estimator.classes_))[np.asarray(estimator._y).ravel()]
    chances = OnnxDiv(*_sums(estimator, source, places), op_version=VERSION)
    return [pick(estimator.classes_, largest(chances)), as_number(chances, dtype)]


def _converter(other: Convert) -> Convert:
    def convert(scope: Any, operator: Any, container: Any) -> None:
        estimator, source = operator.raw_operator, operator.inputs[0]
        if not _is_ours(estimator):
            other(scope, operator, container)
            return
        double = number_type(source) is DoubleTensorType
        nodes = _nodes(estimator, source, np.float64 if double else np.float32)
        for node, output in zip(nodes, operator.outputs, strict=False):
            named = OnnxIdentity(node, op_version=VERSION, output_names=[output])
            named.add_to(scope, container)

    return convert


def add() -> None:
    """Register both again; other weights and metrics stay with skl2onnx."""
    for cls in (KNeighborsClassifier, KNeighborsRegressor):
        alias = get_model_alias(cls)
        known = get_converter(alias)
        register_converter(
            alias, _converter(known._fct), overwrite=True, options=known.get_allowed_options()
        )
