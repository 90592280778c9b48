"""Every scikit-learn estimator that predicts, fitted on data it accepts."""

import warnings
from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
from sklearn.base import is_classifier, is_regressor
from sklearn.datasets import load_diabetes, load_iris
from sklearn.experimental import (  # noqa: F401  # they switch the estimators on
    enable_halving_search_cv,
    enable_iterative_imputer,
)
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor
from sklearn.utils import all_estimators

_CLASSIFIER = LogisticRegression(max_iter=1000)
_REGRESSOR = Ridge()
_SMALL = {
    "n_estimators": 10,
    "max_iter": 200,
    "n_components": 2,
    "cv": 3,
    "random_state": 0,
    "n_iter": 3,
}
_MEMBERS = {
    "ClassifierChain": {"estimator": _CLASSIFIER},
    "FixedThresholdClassifier": {"estimator": _CLASSIFIER},
    "GridSearchCV": {"estimator": _CLASSIFIER, "param_grid": {"C": [0.1, 1.0]}},
    "HalvingGridSearchCV": {"estimator": _CLASSIFIER, "param_grid": {"C": [0.1, 1.0]}},
    "HalvingRandomSearchCV": {"estimator": _CLASSIFIER, "param_distributions": {"C": [0.1, 1.0]}},
    "LocalOutlierFactor": {"novelty": True},
    "MultiOutputClassifier": {"estimator": _CLASSIFIER},
    "MultiOutputRegressor": {"estimator": _REGRESSOR},
    "OneVsOneClassifier": {"estimator": _CLASSIFIER},
    "OneVsRestClassifier": {"estimator": _CLASSIFIER},
    "OutputCodeClassifier": {"estimator": _CLASSIFIER},
    "Pipeline": {"steps": [("scale", StandardScaler()), ("predict", _CLASSIFIER)]},
    "RANSACRegressor": {"estimator": Ridge(), "min_samples": 20},
    "RFE": {"estimator": _CLASSIFIER, "n_features_to_select": 2},
    "RFECV": {"estimator": _CLASSIFIER},
    "RandomizedSearchCV": {
        "estimator": _CLASSIFIER,
        "param_distributions": {"C": [0.1, 0.5, 1.0]},
    },
    "RegressorChain": {"estimator": _REGRESSOR},
    "SelfTrainingClassifier": {"estimator": _CLASSIFIER},
    "StackingClassifier": {
        "estimators": [("a", _CLASSIFIER), ("b", DecisionTreeClassifier(max_depth=3))]
    },
    "StackingRegressor": {
        "estimators": [("a", _REGRESSOR), ("b", DecisionTreeRegressor(max_depth=3))]
    },
    "TransformedTargetRegressor": {"func": np.log1p, "inverse_func": np.expm1},
    "TunedThresholdClassifierCV": {"estimator": _CLASSIFIER},
    "VotingClassifier": {
        "estimators": [("a", _CLASSIFIER), ("b", DecisionTreeClassifier(max_depth=3))]
    },
    "VotingRegressor": {
        "estimators": [("a", _REGRESSOR), ("b", DecisionTreeRegressor(max_depth=3))]
    },
}


@cache
def predictors() -> tuple[tuple[str, Any], ...]:
    """Return each of ``all_estimators()`` whose class has ``predict``, fitted, with its name."""
    found = []
    for name, cls in all_estimators():
        if hasattr(cls, "predict"):
            found.append((name, fitted(name, small(name, cls))))
    return tuple(found)


def small(name: str, cls: Any) -> Any:
    """Return an estimator that is quick to fit, with the members that it needs."""
    with warnings.catch_warnings():  # deprecated classes are among them
        warnings.simplefilter("ignore")
        estimator = cls(**_MEMBERS.get(name, {}))
    known = estimator.get_params(deep=False)
    chosen = {key: value for key, value in _SMALL.items() if key in known}
    if name == "OrthogonalMatchingPursuitCV":
        del chosen["max_iter"]  # there it counts features
    return estimator.set_params(**chosen)


def fitted(name: str, estimator: Any) -> Any:
    """Fit an estimator on the first data here that it accepts."""
    for rows, target in _data(name, estimator):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                return estimator.fit(rows) if target is None else estimator.fit(rows, target)
            except (ValueError, TypeError, AttributeError, IndexError):
                continue
    raise AssertionError(f"no data here fits {name}")


def _data(name: str, estimator: Any) -> Iterator[tuple[Any, Any]]:
    flowers = load_iris()
    people = load_diabetes()
    amounts = people.target[:200]
    if name in ("FixedThresholdClassifier", "TunedThresholdClassifierCV"):
        yield flowers.data[:100], flowers.target[:100]
    if name == "IsotonicRegression":
        yield people.data[:200, 2], amounts
    if name == "SelfTrainingClassifier":
        partly = flowers.target.copy()
        partly[::3] = -1
        yield flowers.data, partly
    if is_classifier(estimator):
        yield flowers.data, flowers.target
        yield flowers.data, np.column_stack([flowers.target > 0, flowers.target > 1]).astype(int)
    elif is_regressor(estimator):
        yield people.data[:200], amounts
        yield np.abs(people.data[:200]), amounts
        yield people.data[:200], np.column_stack([amounts, amounts**0.5])
    else:
        yield flowers.data, None
    yield flowers.data, flowers.target


def small_pipeline() -> Any:
    """Return a scaled logistic regression with text labels, fitted."""
    flowers = load_iris()
    return make_pipeline(StandardScaler(), LogisticRegression(max_iter=500)).fit(
        flowers.data, flowers.target_names[flowers.target]
    )


def rows_like(estimator: Any, count: int) -> list[Any]:
    """Return rows that an estimator fitted here has not seen; and without negative numbers."""
    width = getattr(estimator, "n_features_in_", 1)
    flowers, people = load_iris().data, load_diabetes().data[:200]
    known = flowers if width == flowers.shape[1] else people[:, 2 : 2 + width]
    known = people if width == people.shape[1] else known
    draw = np.random.default_rng(0)
    rows = draw.permuted(known[draw.integers(0, len(known), count)], axis=0)
    return [rows, np.abs(rows)]
