"""The fitted models inside a wrapper that see the very rows that the wrapper is given."""

import copy
from collections.abc import Callable
from typing import Any

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
from sklearn.linear_model import RANSACRegressor
from sklearn.model_selection import FixedThresholdClassifier, TunedThresholdClassifierCV
from sklearn.multiclass import OneVsOneClassifier, OneVsRestClassifier, OutputCodeClassifier
from sklearn.multioutput import (
    ClassifierChain,
    MultiOutputClassifier,
    MultiOutputRegressor,
    RegressorChain,
)

_BAGGING = (BaggingClassifier, BaggingRegressor)
_OF_SEVERAL = (
    *_BAGGING,
    AdaBoostClassifier,
    AdaBoostRegressor,
    MultiOutputClassifier,
    MultiOutputRegressor,
    OneVsOneClassifier,
    OneVsRestClassifier,
    OutputCodeClassifier,
    StackingClassifier,
    StackingRegressor,
    VotingClassifier,
    VotingRegressor,
)
_IN_TURN = (ClassifierChain, RegressorChain)
"""Whose members after the first see the predictions of those before as well."""
_OF_ONE = {
    FixedThresholdClassifier: "estimator_",
    RANSACRegressor: "estimator_",
    TransformedTargetRegressor: "regressor_",
    TunedThresholdClassifierCV: "estimator_",
}

type Rule = Callable[[Any, list[int] | None], Any]
"""``(member, the columns it sees or None for all) -> member``."""


def members_of(wrapper: Any) -> list[tuple[Any, list[int] | None]]:
    """List each member with the columns that it sees; ``None`` stands for all of them."""
    found: list[tuple[Any, list[int] | None]] = []

    def seen(member: Any, columns: list[int] | None) -> Any:
        found.append((member, columns))
        return member

    with_members(wrapper, seen)
    return found


def with_members(wrapper: Any, rule: Rule, *, in_turn: bool = False) -> Any:
    """Return a shallow copy of ``wrapper`` with other members.

    An estimator without members, or whose members all stay the same, is returned as it is.

    Args:
        wrapper: any fitted estimator.
        rule: what becomes of each member.
        in_turn: whether the members of chains are meant, too.
    """
    if isinstance(wrapper, CalibratedClassifierCV):
        return _with_calibrated(wrapper, rule)
    for kind, name in _OF_ONE.items():
        if isinstance(wrapper, kind):
            return _with(
                wrapper, name, [getattr(wrapper, name)], [rule(getattr(wrapper, name), None)]
            )
    if not isinstance(wrapper, _OF_SEVERAL + (_IN_TURN if in_turn else ())):
        return wrapper
    members = list(wrapper.estimators_)
    columns = [_columns(wrapper, number) for number in range(len(members))]
    changed = [rule(member, seen) for member, seen in zip(members, columns, strict=True)]
    return _with(wrapper, "estimators_", members, changed)


def _with(wrapper: Any, name: str, members: list[Any], changed: list[Any]) -> Any:
    if all(new is old for new, old in zip(changed, members, strict=True)):
        return wrapper
    plain = copy.copy(wrapper)
    setattr(plain, name, changed if name == "estimators_" else changed[0])
    return plain


def _with_calibrated(wrapper: CalibratedClassifierCV, rule: Rule) -> Any:
    calibrated = list(wrapper.calibrated_classifiers_)
    members = [each.estimator for each in calibrated]
    changed = [rule(member, None) for member in members]
    if all(new is old for new, old in zip(changed, members, strict=True)):
        return wrapper
    plain = copy.copy(wrapper)
    plain.calibrated_classifiers_ = [copy.copy(each) for each in calibrated]
    for each, member in zip(plain.calibrated_classifiers_, changed, strict=True):
        each.estimator = member
    return plain


def _columns(wrapper: Any, number: int) -> list[int] | None:
    if not isinstance(wrapper, _BAGGING):
        return None
    seen = [int(position) for position in wrapper.estimators_features_[number]]
    return None if seen == list(range(wrapper.n_features_in_)) else seen
