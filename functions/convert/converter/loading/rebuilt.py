"""Native objects made by their constructors instead of from a file's state.

A constructor checks its arguments, while ``__setstate__`` of a Cython class trusts them. The search
trees and splines below are cheap to build again, so only their data is taken from the file.
"""

from functools import partial
from typing import Any

import numpy as np

from converter.loading import names
from converter.loading.pending import Pending
from inferx.errors import Refused

_DAMAGED = "The file holds a search tree or spline that scikit-learn never writes; it is damaged."

_METRICS = "sklearn.metrics._dist_metrics"
_SEARCH_TREES = ("KDTree", "KDTree32", "KDTree64", "BallTree", "BallTree32", "BallTree64")


def pending_search_tree(cls: object) -> Pending:
    """Replace the ``newObj`` of KDTree and BallTree."""
    if not isinstance(cls, type) or cls.__name__ not in _SEARCH_TREES:
        raise Refused(_DAMAGED)
    if not names.is_allowed("native", cls.__module__, cls.__name__):
        raise Refused(_DAMAGED)
    return Pending(partial(_search_tree_from_state, cls))


def _search_tree_from_state(cls: Any, state: object) -> Any:
    """Index the points of a state again."""
    if type(state) is not tuple or len(state) not in (12, 13):
        raise Refused(_DAMAGED)
    points, leaf_size, metric = state[0], state[4], state[11]
    weights = state[12] if len(state) == 13 else None
    if not _is_floats(points, dimensions=2) or type(leaf_size) is not int or leaf_size < 1:
        raise Refused(_DAMAGED)
    if type(metric).__module__ != _METRICS:
        raise Refused(_DAMAGED)
    if weights is not None and not (_is_floats(weights) and len(weights) == len(points)):
        raise Refused(_DAMAGED)  # the constructor does not count them
    return cls(np.array(points), leaf_size=leaf_size, metric=metric, sample_weight=weights)


def pending_metric(cls: object) -> Pending:
    """Replace the ``newObj`` of distance metrics; the metric that calls Python is refused."""
    if not isinstance(cls, type) or cls.__module__ != _METRICS or "PyFunc" in cls.__name__:
        raise Refused(_DAMAGED)
    if not names.is_allowed("native", cls.__module__, cls.__name__):
        raise Refused(_DAMAGED)
    return Pending(partial(_metric_from_state, cls))


def _metric_from_state(cls: Any, state: object) -> Any:
    """Construct a distance metric from ``(p, vector, matrix)``."""
    if type(state) is not tuple or len(state) != 3:
        raise Refused(_DAMAGED)
    power, vector, matrix = state
    if type(power) not in (int, float) or not _is_floats(vector):
        raise Refused(_DAMAGED)
    if not _is_floats(matrix, dimensions=2):
        raise Refused(_DAMAGED)
    if cls.__name__.startswith("Minkowski"):
        return cls(power, w=vector if len(vector) else None)
    if cls.__name__.startswith("SEuclidean"):
        return cls(vector)
    if cls.__name__.startswith("Mahalanobis"):
        return cls(VI=matrix)
    return cls()


def _is_floats(part: object, dimensions: int = 1) -> bool:
    return type(part) is np.ndarray and part.dtype.kind == "f" and part.ndim == dimensions


def rebuild_spline(spline: Any, state: object) -> None:  # scipy's BSpline
    """Construct a B-spline from its knots and coefficients.

    Since scipy 1.18 a spline wraps an inner one: its state is the inner spline and an array of its
    namespace. The state of the inner one, and of older splines, is a plain dict.
    """
    from scipy.interpolate import BSpline  # noqa: PLC0415  # slow to import

    inner = state[0] if type(state) is tuple and state else None
    parts = vars(inner) if type(inner).__name__ == "_BSpline" else state
    if type(parts) is not dict or not {"t", "c", "k"} <= set(parts):
        raise Refused(_DAMAGED)
    knots, coefficients, degree = parts["t"], parts["c"], parts["k"]
    if not _is_floats(knots) or type(degree) is not int:
        raise Refused(_DAMAGED)
    if type(coefficients) is not np.ndarray or coefficients.dtype.kind != "f":
        raise Refused(_DAMAGED)
    extrapolate = parts.get("extrapolate", True)
    if extrapolate != "periodic" and type(extrapolate) is not bool:
        raise Refused(_DAMAGED)
    again = BSpline(np.array(knots), np.array(coefficients), degree, extrapolate, axis=0)
    outer = type(spline).__name__ == "BSpline"
    vars(spline).update(vars(again if outer else again._delegate_to))


def rebuild_sparse(matrix: Any, state: object) -> None:  # csr or csc
    """Construct a compressed sparse matrix after checking every index against its shape.

    scipy's own full check does not suffice: it skips all indices of a matrix whose last pointer is
    0, and it finds decreasing pointers by differences that may overflow.
    """
    if type(state) is not dict:
        raise Refused(_DAMAGED)
    data = _column(state.get("data"), "biufc")
    indices, pointers = _column(state.get("indices"), "i"), _column(state.get("indptr"), "i")
    shape = state.get("_shape")
    if type(shape) is not tuple or [type(length) for length in shape] != [int, int]:
        raise Refused(_DAMAGED)
    lines, positions = shape if matrix.format == "csr" else shape[::-1]
    if len(pointers) != lines + 1 or len(data) != len(indices):
        raise Refused(_DAMAGED)
    if pointers[0] != 0 or pointers[-1] != len(data) or (pointers[1:] < pointers[:-1]).any():
        raise Refused(_DAMAGED)
    if len(indices) and (indices.min() < 0 or indices.max() >= positions):
        raise Refused(_DAMAGED)
    again = type(matrix)((data, indices, pointers), shape=shape, copy=True)
    vars(matrix).update(vars(again))


def _column(part: object, kinds: str) -> np.ndarray[Any, Any]:
    if type(part) is not np.ndarray or part.ndim != 1 or part.dtype.kind not in kinds:
        raise Refused(_DAMAGED)
    return part
