"""Boosters out of a pickle: the library parses its own model, and the object around it is filled.

The parsers are native code that reads a format of its own; what they make of a forged file stays
inside the sandbox.
"""

import json
from typing import Any

from inferx.errors import Refused

_WITHOUT_MODEL = "The file holds a booster without its model; it is damaged."
_OLD_BINARY = (
    "The file holds an XGBoost model in the binary form of an old release, which the current one "
    "does not read; load it with the release that saved it, save it with "
    "model.save_model('model.json') and upload that file."
)


def rebuild_booster(booster: Any, state: object) -> None:  # XGBoost's or LightGBM's
    """Have a booster's own library parse the model it saved: bytes of XGBoost, text of LightGBM."""
    library = type(booster).__module__
    key = "handle" if library == "xgboost.core" else "_handle"
    if not isinstance(state, dict):
        raise Refused(_WITHOUT_MODEL)
    handle = state.get(key, state.get("handle"))
    if not isinstance(handle, str | bytes | bytearray) or len(handle) == 0:
        raise Refused(_WITHOUT_MODEL)
    if library == "xgboost.core":
        _rebuild_xgboost(booster, bytearray(handle), state)  # type: ignore[arg-type]  # bytes there
    else:
        _rebuild_lightgbm(booster, str(handle), state)


def _rebuild_xgboost(booster: Any, content: bytearray, state: dict[str, Any]) -> None:
    if content[:1] != b"{":
        raise Refused(_OLD_BINARY)
    if content[1:2] == b'"':  # releases before 1.6: as JSON, which only load_model still reads
        booster.__init__(model_file=_model_within(content))
    else:
        booster.__setstate__({"handle": content})
    names = state.get("feature_names")  # old releases kept them beside the model
    if booster.feature_names is None and isinstance(names, list):
        booster.feature_names = [str(name) for name in names]


def _model_within(snapshot: bytearray) -> bytearray:
    saved = json.loads(snapshot)
    if not isinstance(saved, dict) or "Model" not in saved:
        raise Refused(_WITHOUT_MODEL)
    return bytearray(json.dumps(saved["Model"]).encode())


def _rebuild_lightgbm(booster: Any, text: str, state: dict[str, Any]) -> None:
    from lightgbm.basic import _load_pandas_categorical  # noqa: PLC0415  # slow; no public twin

    best = state.get("best_iteration")
    rest = {
        "best_iteration": best if type(best) is int else -1,
        "best_score": {},
        "name_valid_sets": [],
        "pandas_categorical": _load_pandas_categorical(model_str=text),
        "params": {},
        "train_set_version": 0,
        "_network": False,
        "_set_objective_to_none": False,
        "_train_data_name": "training",
    }
    booster.__setstate__({"_handle": text, **rest})


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
    booster = vars(estimator).get("_Booster")
    if booster is not None and estimator.booster == "gblinear":
        booster.feature_names = None
