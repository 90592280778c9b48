"""How far rows are from stored ones, in float64 and summed as scikit-learn sums.

Its trees and its loops over dense rows add one column after the other:
https://scikit-learn.org/stable/modules/generated/sklearn.metrics.DistanceMetric.html
"""

from collections.abc import Callable
from functools import reduce
from typing import Any

import numpy as np
from scipy.sparse import issparse
from skl2onnx.algebra.onnx_ops import (
    OnnxAbs,
    OnnxAdd,
    OnnxDiv,
    OnnxEqual,
    OnnxGather,
    OnnxMax,
    OnnxMul,
    OnnxNot,
    OnnxPow,
    OnnxSqrt,
    OnnxSub,
    OnnxWhere,
)

from converter.estimators.custom_converters.nodes import as_number
from converter.estimators.custom_converters.registry import VERSION
from converter.estimators.custom_converters.sparse_distances import apart_in_terms
from inferx.errors import Refused

type Metric = Callable[[list[Any], list[Any], Any], Any]
"""``(columns of the rows, of the stored rows, estimator) -> (rows, stored rows)``."""

_DOUBLE = np.float64
_ZERO, _ONE = np.array([0.0]), np.array([1.0])
_WIDEST = 256
_SHOWN = "metric='minkowski', 'euclidean', 'manhattan', 'chebyshev' or 'canberra'"
_NO_METRIC = "braycurtis"
"""By which a ball tree leaves out rows that are near, because no inequality of triangles holds."""


def _added(nodes: list[Any]) -> Any:
    return reduce(lambda left, right: OnnxAdd(left, right, op_version=VERSION), nodes)


def _between(given: list[Any], kept: list[Any]) -> list[Any]:
    return [OnnxSub(*pair, op_version=VERSION) for pair in zip(given, kept, strict=True)]


def _sizes(nodes: list[Any]) -> list[Any]:
    return [OnnxAbs(node, op_version=VERSION) for node in nodes]


def _squares(given: list[Any], kept: list[Any], _: Any) -> Any:
    return _added([OnnxMul(each, each, op_version=VERSION) for each in _between(given, kept)])


def _summed(given: list[Any], kept: list[Any], _: Any) -> Any:
    return _added(_sizes(_between(given, kept)))


def _largest(given: list[Any], kept: list[Any], _: Any) -> Any:
    sizes = _sizes(_between(given, kept))
    return sizes[0] if len(sizes) == 1 else OnnxMax(*sizes, op_version=VERSION)


def _powers(given: list[Any], kept: list[Any], estimator: Any) -> Any:
    settings = estimator.effective_metric_params_ or {}
    power = np.array([float(settings.get("p", 2))])
    weights = settings.get("w")
    raised = [OnnxPow(each, power, op_version=VERSION) for each in _sizes(_between(given, kept))]
    if weights is not None:
        raised = [
            OnnxMul(each, np.array([float(weight)]), op_version=VERSION)
            for each, weight in zip(raised, weights, strict=True)
        ]
    return _added(raised)


def _standardized(given: list[Any], kept: list[Any], estimator: Any) -> Any:
    variances = np.asarray(estimator.effective_metric_params_["V"], dtype=_DOUBLE).ravel()
    parts = [
        OnnxDiv(OnnxMul(each, each, op_version=VERSION), np.array([variance]), op_version=VERSION)
        for each, variance in zip(_between(given, kept), variances, strict=True)
    ]
    return _added(parts)


def _quotient(above: Any, below: Any) -> Any:
    """Divide; 0 where the divisor is."""
    none = OnnxEqual(below, _ZERO, op_version=VERSION)
    divisor = OnnxWhere(none, _ONE, below, op_version=VERSION)
    quotient = OnnxDiv(above, divisor, op_version=VERSION)
    return OnnxWhere(none, _ZERO, quotient, op_version=VERSION)


def _shares(given: list[Any], kept: list[Any], _: Any) -> Any:
    pairs = zip(_sizes(_between(given, kept)), _both_sizes(given, kept), strict=True)
    return _added([_quotient(*pair) for pair in pairs])


def _both_sizes(given: list[Any], kept: list[Any]) -> list[Any]:
    pairs = zip(_sizes(given), map(np.abs, kept), strict=True)
    return [OnnxAdd(*pair, op_version=VERSION) for pair in pairs]


def _share_of_sums(given: list[Any], kept: list[Any], _: Any) -> Any:
    return _quotient(_added(_sizes(_between(given, kept))), _added(_both_sizes(given, kept)))


def _share_that_differs(given: list[Any], kept: list[Any], _: Any) -> Any:
    same = [OnnxEqual(*pair, op_version=VERSION) for pair in zip(given, kept, strict=True)]
    differs = [as_number(OnnxNot(each, op_version=VERSION), _DOUBLE) for each in same]
    return OnnxDiv(_added(differs), np.array([float(len(same))]), op_version=VERSION)


_METRICS: dict[str, Metric] = {
    **dict.fromkeys(("euclidean", "l2", "sqeuclidean"), _squares),
    **dict.fromkeys(("manhattan", "cityblock", "l1"), _summed),
    **dict.fromkeys(("chebyshev", "infinity"), _largest),
    **dict.fromkeys(("minkowski", "p"), _powers),
    "braycurtis": _share_of_sums,
    "canberra": _shares,
    "hamming": _share_that_differs,
    "seuclidean": _standardized,
}
_ROOTS = ("euclidean", "l2", "seuclidean")
"""Of which the squares are compared."""


def _is_summed(estimator: Any) -> bool:
    if estimator.effective_metric_ == _NO_METRIC and estimator._fit_method != "brute":
        return False
    return estimator.effective_metric_ in _METRICS


def apart(estimator: Any, source: Any) -> Any:
    """Return how far each row is from each stored one, before any root is taken.

    Raises:
        Refused: naming the metric, or the width.
    """
    if issparse(estimator._fit_X):
        return apart_in_terms(estimator, source)
    name, metric, stored = type(estimator).__name__, estimator.effective_metric_, estimator._fit_X
    if not _is_summed(estimator):
        raise Refused(f"{name}(metric={metric!r:.40}) has no ONNX form here; use {_SHOWN}.")
    if stored.shape[1] > _WIDEST:
        raise Refused(f"{name} has an ONNX form here for dense rows of at most {_WIDEST} columns.")
    rows = as_number(source, _DOUBLE)
    places = range(stored.shape[1])
    given = [
        OnnxGather(rows, np.array([place], dtype=np.int64), axis=1, op_version=VERSION)
        for place in places
    ]
    kept = [stored[:, place].astype(_DOUBLE).reshape(1, -1) for place in places]
    return _METRICS[metric](given, kept, estimator)


def before_root(estimator: Any, distance: float) -> float:
    """Return a distance as :func:`apart` gives it."""
    power = _power(estimator)
    return distance if power == 1 else distance**power


def as_distance(estimator: Any, far: Any) -> Any:
    """Return the distances that the metric means, from those of :func:`apart`."""
    power = _power(estimator)
    if power == 1:
        return far
    if power == 2:
        return OnnxSqrt(far, op_version=VERSION)
    return OnnxPow(far, np.array([1 / power]), op_version=VERSION)


def _power(estimator: Any) -> float:
    if estimator.effective_metric_ in _ROOTS:
        return 2.0
    if _METRICS.get(estimator.effective_metric_) is _powers:
        return float((estimator.effective_metric_params_ or {}).get("p", 2))
    return 1.0
