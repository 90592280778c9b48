"""What BUILD may do: the state of each kind of object, applied by rule instead of by the object."""

from typing import Any

import numpy as np

from converter.loading import names
from converter.loading.arrays import apply_array_state, apply_masked_state
from converter.loading.dtypes import apply_dtype_state
from converter.loading.inert import Unused
from converter.loading.rebuilt import (
    rebuild_booster,
    rebuild_metric,
    rebuild_search_tree,
    rebuild_sparse,
    rebuild_spline,
)
from converter.loading.trees import apply_predictor_state, apply_tree_state
from inferx.errors import Refused

_DAMAGED = "The file changes an object in a way that saving a model never does; it is forged."

_SAVED_BY = "_sklearn_version"  # not an attribute: scikit-learn takes it out as it loads
_NATIVE = (
    "sklearn.metrics._dist_metrics",
    "sklearn.neighbors._ball_tree",
    "sklearn.neighbors._kd_tree",
    "sklearn.tree._tree",
)


def needs_state(made: object) -> bool:
    """Whether an object that a pickle has just made is unusable until its one BUILD."""
    return isinstance(made, np.ndarray | np.dtype) or type(made).__module__ in _NATIVE


def apply_state(target: Any, state: Any) -> None:  # any object of a pickle
    """Give ``target`` the state a file holds for it.

    Raises:
        Refused: for classes and functions, for slots, for attributes that replace methods, and for
            state that the object's own class would not have written.
    """
    kind = type(target)
    if isinstance(target, np.dtype):
        apply_dtype_state(target, state)
    elif kind is np.ndarray:
        apply_array_state(target, state)
    elif kind is np.ma.MaskedArray:
        apply_masked_state(target, state)
    elif isinstance(target, np.random.RandomState | Unused):
        return
    elif kind.__module__ == "sklearn._loss._loss" and state == ():
        return  # 1.8 writes a state for losses that have none
    elif kind.__module__ == "sklearn.tree._tree":
        apply_tree_state(target, state)
    elif kind.__module__ == "sklearn.metrics._dist_metrics":
        rebuild_metric(target, state)
    elif kind.__module__ in ("sklearn.neighbors._kd_tree", "sklearn.neighbors._ball_tree"):
        rebuild_search_tree(target, state)
    elif kind.__module__.startswith("scipy.sparse."):
        rebuild_sparse(target, state)
    elif kind.__module__ in ("xgboost.core", "lightgbm.basic"):
        rebuild_booster(target, state)
    elif kind.__name__ == "BSpline":
        rebuild_spline(target, state)
    else:
        _set_attributes(target, state)


def _set_attributes(target: Any, state: Any) -> None:
    kind = type(target)
    if not names.is_allowed("instances", kind.__module__, kind.__name__):
        raise Refused(_DAMAGED)
    if not isinstance(state, dict) or not hasattr(target, "__dict__"):
        raise Refused(_DAMAGED)  # a tuple would set slots, of the class itself if it has any
    for name in state:
        if type(name) is not str or name.startswith("__") or callable(getattr(kind, name, None)):
            raise Refused(_DAMAGED)
    if kind.__name__ == "TreePredictor":
        state = apply_predictor_state(state)
    vars(target).update({name: part for name, part in state.items() if name != _SAVED_BY})
    if kind.__name__ == "IsotonicRegression" and "X_thresholds_" in state:
        target._build_f(target.X_thresholds_, target.y_thresholds_)  # not pickled
