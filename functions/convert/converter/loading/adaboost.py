"""AdaBoost as older releases of scikit-learn decided, which the installed one no longer does.

Up to 1.3.0 a member's vote counted for its class alone; since then it counts against the others.
SAMME.R, the default up to 1.5 and gone since 1.8, adds logarithms of the members' probabilities:
Zhu, Zou, Rosset and Hastie, "Multi-class AdaBoost" (2009), algorithm 4.
"""

import re
from typing import Any

import numpy as np
from sklearn import ensemble
from sklearn.utils.validation import check_is_fitted

from inferx.errors import Refused

OF_PROBABILITIES = "SAMME.R"
_SYMMETRIC_SINCE = (1, 3, 1)
_SOFTMAX_SINCE = (0, 22, 0)


class AdaBoostClassifier(ensemble.AdaBoostClassifier):  # type: ignore[misc]  # it has no types
    """AdaBoost with the decision function of the release that saved it."""

    def decision_function(self, X: Any) -> Any:  # noqa: N803  # scikit-learn's name
        """Return ``(rows, classes)``; for two classes one number a row, above 0 for the second."""
        check_is_fitted(self)
        rows = self._check_X(X)
        decision = sum(self._votes(rows))
        decision /= self.estimator_weights_.sum()
        if len(self.classes_) == 2:
            decision[:, 0] *= -1
            return decision.sum(axis=1)
        return decision

    def _votes(self, rows: Any) -> Any:
        if self.algorithm == OF_PROBABILITIES:
            for member in self.estimators_:
                yield shares_of(member.predict_proba(rows), len(self.classes_))
        else:
            names = self.classes_[:, np.newaxis]
            for member, weight in zip(self.estimators_, self.estimator_weights_, strict=False):
                yield (member.predict(rows) == names).T * weight


def shares_of(probabilities: Any, classes: int) -> Any:
    """Return what a member adds to each class by SAMME.R for ``(rows, classes)`` probabilities."""
    logarithms = np.log(np.clip(probabilities, np.finfo(probabilities.dtype).eps, None))
    mean = (1.0 / classes) * logarithms.sum(axis=1)[:, np.newaxis]
    return (classes - 1) * (logarithms - mean)


def decide_as_then(part: Any, saved_by: str | None) -> None:
    """Give an AdaBoost classifier the decision function with which it was saved, in place.

    Raises:
        Refused: for votes up to 0.21, whose probabilities were made in another way.
    """
    if not hasattr(part, "estimators_"):
        return
    release = _release(saved_by)
    if getattr(part, "algorithm", "SAMME") != OF_PROBABILITIES:
        if release >= _SYMMETRIC_SINCE:
            return
        if release < _SOFTMAX_SINCE:
            raise Refused(
                f"AdaBoostClassifier with algorithm='SAMME', saved by scikit-learn {saved_by}, has "
                "probabilities that are made in another way today; fit it again with a current "
                "version."
            )
    part.__class__ = AdaBoostClassifier


def _release(version: str | None) -> tuple[int, ...]:
    found = re.match(r"(\d+)\.(\d+)(?:\.(\d+))?", version or "")
    return tuple(int(number or 0) for number in found.groups()) if found else (0,)
