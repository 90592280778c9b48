"""Boosters without a scikit-learn object around them, put into the one that their task asks for.

A wrapper's ``load_model`` would do the same for a file; here it serves pickled boosters, too.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np

from converter.loading.boosters import rebuild_booster, without_names_if_linear

_XGBOOST_CLASSIFIES = ("binary:hinge", "binary:logistic", "multi:softmax", "multi:softprob")
_LIGHTGBM_CLASSIFIES = ("binary", "multiclass", "multiclassova")
_LIGHTGBM_RANKS = ("lambdarank", "rank_xendcg")


def load_booster(path: Path, kind: str) -> Any:  # the library's estimator
    """Load a file that XGBoost's or LightGBM's ``save_model`` wrote, after checking it.

    Args:
        path: the file.
        kind: ``xgboost_model`` or ``lightgbm_model``.

    Raises:
        Refused: when the parts of the model do not fit each other.
    """
    if kind == "xgboost_model":
        from xgboost.core import Booster  # noqa: PLC0415  # slow to import

        booster: Any = Booster.__new__(Booster)
        rebuild_booster(booster, {"handle": path.read_bytes()})
    else:
        from lightgbm.basic import Booster as Trees  # noqa: PLC0415  # slow to import

        booster = Trees.__new__(Trees)
        rebuild_booster(booster, {"_handle": path.read_text(encoding="utf-8")})
    return wrapped(booster)


def wrapped(loaded: Any) -> Any:
    """Return the estimator that predicts as a booster does; anything else as it is."""
    if type(loaded).__name__ != "Booster":
        return loaded
    if type(loaded).__module__ == "xgboost.core":
        return _around_xgboost(loaded)
    return _around_lightgbm(loaded)


def _around_xgboost(booster: Any) -> Any:
    import xgboost  # noqa: PLC0415  # slow to import

    learner = json.loads(booster.save_config())["learner"]
    objective = learner["objective"]["name"]
    saved = _saved_by_wrapper(booster)
    if saved is None:
        booster.set_attr(best_iteration=None)  # a bare booster predicts with all its trees
    made: Any
    if objective in _XGBOOST_CLASSIFIES:
        made = xgboost.XGBClassifier()
        made.n_classes_ = max(int(learner["learner_model_param"]["num_class"]), 2)
        classes = (saved or {}).get("_le", {}).get("classes_")
        if isinstance(classes, list):
            made._le = _encoder(np.asarray(classes))
    elif objective.startswith("rank:"):
        made = xgboost.XGBRanker(objective=objective)
    else:
        made = xgboost.XGBRegressor()
    made.objective = objective
    made.booster = learner["gradient_booster"]["name"]
    made._Booster = booster
    without_names_if_linear(made)
    missing = (saved or {}).get("missing")
    if isinstance(missing, int | float):
        made.missing = float(missing)
    return made


def _saved_by_wrapper(booster: Any) -> dict[str, Any] | None:
    """Return what a scikit-learn object noted in the model it saved; ``None`` if none saved it."""
    note = booster.attr("scikit_learn")
    saved = json.loads(note) if note else None
    return saved if isinstance(saved, dict) else None


def _around_lightgbm(booster: Any) -> Any:
    import lightgbm  # noqa: PLC0415  # slow to import

    header = booster.model_to_string(num_iteration=1).partition("\nTree=")[0].splitlines()
    line = next((line for line in header if line.startswith("objective=")), "")
    objective = line.removeprefix("objective=").split(" ")[0]
    made: Any
    if objective in _LIGHTGBM_CLASSIFIES:
        made = lightgbm.LGBMClassifier()
        made._n_classes = max(booster.num_model_per_iteration(), 2)
        made._classes = np.arange(made._n_classes)
        made._le = _encoder(made._classes)
    else:
        made = lightgbm.LGBMRanker() if objective in _LIGHTGBM_RANKS else lightgbm.LGBMRegressor()
    made.n_jobs = 1  # else it starts a process that counts cores
    names = booster.feature_name()
    made._Booster, made._objective, made.fitted_ = booster, objective, True
    made._n_features = made._n_features_in = booster.num_feature()
    made._best_iteration = booster.best_iteration
    made._fitted_with_feature_names = names != [f"Column_{at}" for at in range(len(names))]
    return made


def _encoder(classes: Any) -> Any:
    from sklearn.preprocessing import LabelEncoder  # noqa: PLC0415  # slow to import

    encoder = LabelEncoder()
    encoder.classes_ = classes
    return encoder
