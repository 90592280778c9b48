"""Wrappers around random models: voting, stacking, bagging, calibration, chains, searches."""

from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import TransformedTargetRegressor
from sklearn.ensemble import (
    AdaBoostClassifier,
    AdaBoostRegressor,
    BaggingClassifier,
    BaggingRegressor,
    StackingClassifier,
    StackingRegressor,
    VotingClassifier,
    VotingRegressor,
)
from sklearn.feature_selection import RFE
from sklearn.model_selection import (
    FixedThresholdClassifier,
    GridSearchCV,
    TunedThresholdClassifierCV,
)
from sklearn.multiclass import OneVsOneClassifier, OneVsRestClassifier, OutputCodeClassifier
from sklearn.multioutput import (
    ClassifierChain,
    MultiOutputClassifier,
    MultiOutputRegressor,
    RegressorChain,
)
from sklearn.preprocessing import QuantileTransformer, StandardScaler

from tools.conversion.fuzz.choices import pick
from tools.conversion.fuzz.tables import CLASSIFICATION

type Member = Callable[[], Any]


def _several(member: Member) -> list[tuple[str, Any]]:
    return [("a", member()), ("b", member())]


def of_labels(draw: np.random.Generator, member: Member) -> Any:
    """Draw a wrapper around classifiers."""
    kinds: list[Callable[[], Any]] = [
        lambda: VotingClassifier(
            _several(member),
            voting=pick(draw, "hard", "soft"),
            weights=pick(draw, None, [1, 3], [0.3, 0.7]),
        ),
        lambda: StackingClassifier(
            _several(member),
            final_estimator=pick(draw, None, member()),
            passthrough=pick(draw, False, True),
            stack_method=pick(draw, "auto", "predict"),
            cv=3,
        ),
        lambda: BaggingClassifier(
            member(),
            n_estimators=3,
            max_features=pick(draw, 1.0, 0.6),
            bootstrap_features=pick(draw, False, True),
            random_state=0,
        ),
        lambda: AdaBoostClassifier(member(), n_estimators=3, random_state=0),
        lambda: CalibratedClassifierCV(
            member(),
            method=pick(draw, "sigmoid", "isotonic", "temperature"),
            cv=3,
            ensemble=pick(draw, "auto", False),
        ),
        lambda: OneVsRestClassifier(member()),
        lambda: OneVsOneClassifier(member()),
        lambda: OutputCodeClassifier(member(), random_state=0),
        lambda: MultiOutputClassifier(member()),
        lambda: ClassifierChain(member(), chain_method=pick(draw, "predict", "predict_proba")),
        lambda: GridSearchCV(member(), {}, cv=3),
        lambda: TunedThresholdClassifierCV(member(), cv=3),
        lambda: FixedThresholdClassifier(member(), threshold=pick(draw, "auto", 0.3)),
        lambda: RFE(member(), n_features_to_select=2),
    ]
    return pick(draw, *kinds)()


def of_amounts(draw: np.random.Generator, member: Member) -> Any:
    """Draw a wrapper around regressors."""
    kinds: list[Callable[[], Any]] = [
        lambda: VotingRegressor(_several(member), weights=pick(draw, None, [1, 3])),
        lambda: StackingRegressor(_several(member), passthrough=pick(draw, False, True), cv=3),
        lambda: BaggingRegressor(
            member(), n_estimators=3, max_features=pick(draw, 1.0, 0.6), random_state=0
        ),
        lambda: AdaBoostRegressor(member(), n_estimators=3, random_state=0),
        lambda: MultiOutputRegressor(member()),
        lambda: RegressorChain(member()),
        lambda: GridSearchCV(member(), {}, cv=3),
        lambda: TransformedTargetRegressor(
            member(), transformer=pick(draw, StandardScaler(), QuantileTransformer(n_quantiles=20))
        ),
        lambda: TransformedTargetRegressor(member(), func=np.arcsinh, inverse_func=np.sinh),
        lambda: RFE(member(), n_features_to_select=2),
    ]
    return pick(draw, *kinds)()


def wrapped(draw: np.random.Generator, task: str, member: Member) -> Any:
    """Draw a wrapper for the task."""
    return of_labels(draw, member) if task == CLASSIFICATION else of_amounts(draw, member)


def takes_several_targets(model: Any) -> bool:
    """Return whether a wrapper is fitted to several targets at once."""
    return isinstance(
        model, ClassifierChain | MultiOutputClassifier | MultiOutputRegressor | RegressorChain
    )
