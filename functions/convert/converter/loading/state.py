"""BUILD for objects that exist already: their state is applied by rule, not by the object."""

import inspect
from typing import Any

import numpy as np

from converter.loading import names
from converter.loading.boosters import complete, rebuild_booster
from converter.loading.inert import Unused
from converter.loading.pandas_tables import without_labels
from converter.loading.rebuilt import rebuild_sparse, rebuild_spline
from converter.loading.trees import checked_predictor
from inferx.errors import Refused

_DAMAGED = "The file changes an object in a way that saving a model never does; it is forged."

_SAVED_BY = "_sklearn_version"  # not an attribute: scikit-learn takes it out as it loads


def apply_state(target: Any, state: Any) -> None:  # any object of a pickle
    """Give ``target`` the state a file holds for it.

    Raises:
        Refused: for classes and functions, for slots, for attributes that replace methods, and for
            state that the object's own class would not have written.
    """
    kind = type(target)
    if isinstance(target, np.random.RandomState | Unused):
        return
    if kind.__module__ == "sklearn._loss._loss" and type(state) is tuple and not state:
        return  # 1.8 writes a state for losses that have none
    if not names.is_allowed("instances", kind.__module__, kind.__name__):
        raise Refused(_DAMAGED)
    if kind.__module__.startswith("scipy.sparse."):
        rebuild_sparse(target, state)
    elif kind.__module__ in ("xgboost.core", "lightgbm.basic"):
        rebuild_booster(target, state)
    elif kind.__module__ == "scipy.interpolate._bsplines":
        rebuild_spline(target, state)
    else:
        _set_attributes(target, state)


def _set_attributes(target: Any, state: Any) -> None:
    kind = type(target)
    if type(state) is not dict or not hasattr(target, "__dict__"):
        raise Refused(_DAMAGED)  # a tuple would set slots, of the class itself if it has any
    for name in state:
        if type(name) is not str or name.startswith("__") or _hides(kind, name):
            raise Refused(_DAMAGED)
    if kind.__name__ == "TreePredictor":
        state = checked_predictor(state)
    vars(target).update(
        {name: without_labels(part) for name, part in state.items() if name != _SAVED_BY}
    )
    if kind.__name__ == "IsotonicRegression":
        _interpolate(target)
    if kind.__module__ in ("xgboost.sklearn", "lightgbm.sklearn"):
        complete(target)


def _hides(kind: type, name: str) -> bool:
    """Report whether an attribute would hide a method or a private attribute of the class.

    A private attribute of its class distinguishes an SVC from an SVR, for instance.
    """
    own = inspect.getattr_static(kind, name, None)
    private = name.startswith("_") and own is not None and not inspect.isdatadescriptor(own)
    return private or callable(getattr(kind, name, None))


def _interpolate(isotonic: Any) -> None:
    """Build the interpolating function of an isotonic regression, which is not pickled."""
    for axis in "Xy":
        then = vars(isotonic).pop(f"_necessary_{axis}_", None)  # up to 0.23
        if then is not None:
            vars(isotonic).setdefault(f"{axis}_thresholds_", then)
    if "X_thresholds_" not in vars(isotonic):
        return  # it is not fitted
    thresholds = (isotonic.X_thresholds_, isotonic.y_thresholds_)
    for part in thresholds:
        if type(part) is not np.ndarray or part.dtype.kind != "f" or part.ndim != 1:
            raise Refused(_DAMAGED)
    isotonic._build_f(*thresholds)
