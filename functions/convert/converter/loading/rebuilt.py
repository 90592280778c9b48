"""Native objects remade by their own public constructors instead of taking a file's state.

A Cython class trusts the arrays it is given; a constructor checks them. The search trees and
splines below cost little to build again, so nothing of the file but their data is used.
"""

from typing import Any

import numpy as np

from inferx.errors import Refused

_DAMAGED = "The file holds a search tree or spline that scikit-learn never writes; it is damaged."


def rebuild_search_tree(tree: Any, state: object) -> None:  # KDTree or BallTree
    """Give an empty KDTree or BallTree the index of the points its state holds."""
    if not isinstance(state, tuple) or len(state) not in (12, 13):
        raise Refused(_DAMAGED)
    points, leaf_size, metric = state[0], state[4], state[11]
    weights = state[12] if len(state) == 13 else None
    floats = isinstance(points, np.ndarray) and points.dtype.kind == "f" and points.ndim == 2
    if not floats or type(leaf_size) is not int or leaf_size < 1:
        raise Refused(_DAMAGED)
    if not type(metric).__module__.startswith("sklearn.metrics._dist_metrics"):
        raise Refused(_DAMAGED)
    if weights is not None and not isinstance(weights, np.ndarray):
        raise Refused(_DAMAGED)
    again = type(tree)(np.array(points), leaf_size=leaf_size, metric=metric, sample_weight=weights)
    tree.__setstate__(again.__getstate__())


def rebuild_metric(metric: Any, state: object) -> None:  # a DistanceMetric
    """Fill a distance metric from ``(p, vec, mat)`` after checking each part's type."""
    if not isinstance(state, tuple) or len(state) < 3:
        raise Refused(_DAMAGED)
    power, vector, matrix = state[:3]
    floats = all(isinstance(part, np.ndarray) for part in (vector, matrix)) and (
        vector.dtype.kind == matrix.dtype.kind == "f" and vector.ndim == 1 and matrix.ndim == 2
    )
    if not floats or not isinstance(power, int | float) or matrix.shape[0] != matrix.shape[1]:
        raise Refused(_DAMAGED)
    metric.__setstate__((float(power), np.ascontiguousarray(vector), np.ascontiguousarray(matrix)))


def rebuild_spline(spline: Any, state: object) -> None:  # scipy's BSpline
    """Remake a B-spline from its knots and coefficients."""
    from scipy.interpolate import BSpline  # noqa: PLC0415  # scipy.interpolate is slow to import

    # scipy 1.18 wraps the spline: (inner spline, an array of its namespace); before: a plain dict.
    parts = vars(state[0]) if isinstance(state, tuple) and hasattr(state[0], "t") else state
    if not isinstance(parts, dict) or not {"t", "c", "k"} <= set(parts):
        raise Refused(_DAMAGED)
    if not isinstance(parts["t"], np.ndarray) or not isinstance(parts["c"], np.ndarray):
        raise Refused(_DAMAGED)
    again = BSpline(
        parts["t"], parts["c"], int(parts["k"]), bool(parts.get("extrapolate", True)), axis=0
    )
    vars(spline).update(vars(again))


def rebuild_sparse(matrix: Any, state: object) -> None:  # csr or csc
    """Remake a compressed sparse matrix, every index checked against its shape."""
    if not isinstance(state, dict):
        raise Refused(_DAMAGED)
    parts = [state.get(part) for part in ("data", "indices", "indptr")]
    if not all(isinstance(part, np.ndarray) and part.ndim == 1 for part in parts):
        raise Refused(_DAMAGED)
    again = type(matrix)(tuple(parts), shape=state.get("_shape"))
    again.check_format(full_check=True)
    vars(matrix).update(vars(again))


def rebuild_booster(booster: Any, state: object) -> None:  # XGBoost's or LightGBM's
    """Have a booster's own library parse the model it saved: bytes of XGBoost, text of LightGBM.

    Both parsers are native code that reads a format of their own; what they make of a forged file
    stays inside the sandbox.
    """
    library = type(booster).__module__
    key = "handle" if library == "xgboost.core" else "_handle"
    handle = state.get(key, state.get("handle")) if isinstance(state, dict) else None
    if not isinstance(handle, str | bytes | bytearray) or len(handle) == 0:
        raise Refused("The file holds a booster without its model; it is damaged.")
    if library == "xgboost.core":
        booster.__setstate__({"handle": bytearray(handle)})  # type: ignore[arg-type]  # bytes there
    else:
        best = state.get("best_iteration") if isinstance(state, dict) else None
        rest = {
            "best_iteration": best if type(best) is int else -1,
            "best_score": {},
            "name_valid_sets": [],
            "pandas_categorical": None,
            "params": {},
            "train_set_version": 0,
            "_network": False,
            "_set_objective_to_none": False,
            "_train_data_name": "training",
        }
        booster.__setstate__({key: handle, **rest})
