"""Boosters out of a file: their library reads the checked model; the object around it is filled."""

from typing import Any

from converter.loading.lightgbm_model import categories_in, checked_text
from converter.loading.xgboost_model import checked_model
from inferx.errors import Refused

_WITHOUT_MODEL = "The file holds a booster without its model; it is damaged."
_OLD_BINARY = (
    "The file holds an XGBoost model in the binary form of an old release, which the current one "
    "does not read; load it with the release that saved it, save it with "
    "model.save_model('model.json') and upload that file."
)


def rebuild_booster(booster: Any, state: object) -> None:  # XGBoost's or LightGBM's
    """Have a booster's library read the model it saved, after the model was checked.

    Raises:
        Refused: when there is no model, or when its library must not be given it.
    """
    if not isinstance(state, dict):
        raise Refused(_WITHOUT_MODEL)
    of_xgboost = type(booster).__module__ == "xgboost.core"
    handle = state.get("handle" if of_xgboost else "_handle", state.get("handle"))
    if of_xgboost and isinstance(handle, bytes | bytearray) and handle:
        _rebuild_xgboost(booster, bytes(handle), state.get("feature_names"))
    elif not of_xgboost and type(handle) is str:
        _rebuild_lightgbm(booster, handle, state.get("best_iteration"))
    else:
        raise Refused(_WITHOUT_MODEL)


def _rebuild_xgboost(booster: Any, content: bytes, names: object) -> None:
    if content.lstrip()[:1] != b"{":
        raise Refused(_OLD_BINARY)
    booster.__init__(model_file=bytearray(checked_model(content)))
    # Old releases kept the names beside the model.
    if booster.feature_names is None and isinstance(names, list):
        booster.feature_names = [str(name) for name in names]


def _rebuild_lightgbm(booster: Any, text: str, best: object) -> None:
    booster.__setstate__(
        {
            "_handle": checked_text(text),
            "best_iteration": best if type(best) is int else -1,
            "best_score": {},
            "name_valid_sets": [],
            "pandas_categorical": categories_in(text),
            "params": {},
            "train_set_version": 0,
            "_network": False,
            "_set_objective_to_none": False,
            "_train_data_name": "training",
        }
    )


def complete(estimator: Any) -> None:
    """Give a loaded wrapper the attributes that its class has got since it was saved."""
    attributes = vars(estimator)
    booster = attributes.get("_Booster")
    named = "_fitted_with_feature_names" in attributes
    for name, value in vars(type(estimator)()).items():
        attributes.setdefault(name, value)
    attributes["n_jobs"] = 1  # LightGBM would start a process that counts cores
    if type(estimator).__module__ == "xgboost.sklearn":
        if attributes["missing"] is None:  # what old releases wrote for NaN
            attributes["missing"] = float("nan")
        without_names_if_linear(estimator)
    elif booster is not None and not named:
        given = booster.feature_name()
        attributes["_fitted_with_feature_names"] = given != [
            f"Column_{number}" for number in range(len(given))
        ]


def without_names_if_linear(estimator: Any) -> None:
    """Take the features' names from a linear XGBoost model, which else predicts for those alone."""
    booster: Any = vars(estimator).get("_Booster")
    if type(booster).__module__ == "xgboost.core" and estimator.booster == "gblinear":
        booster.feature_names = None
