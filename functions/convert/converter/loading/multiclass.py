"""Logistic regression with ``multi_class``, which scikit-learn 1.8 took away.

The parameter decided what probabilities are made of the same scores. Today's class knows one way
for each number of classes and would answer with other probabilities, without an error; labels do
not show it, since the largest score wins in either way.
"""

import re
from typing import Any

import numpy as np

from converter.loading.structure import parts_of
from inferx.errors import Refused

_KINDS = ("LogisticRegression", "LogisticRegressionCV")
_READ_SCORES = ("_CalibratedClassifier", "FixedThresholdClassifier", "TunedThresholdClassifierCV")


def keep_probabilities(root: object, saved_by: str | None) -> None:
    """Make each logistic regression give the probabilities that it gave when it was saved.

    Args:
        root: a loaded model.
        saved_by: the version of scikit-learn that saved it.

    Raises:
        Refused: for two classes in the multinomial way, inside a part that reads scores.
    """
    parts = list(parts_of(root))
    for part in parts:
        attributes = getattr(part, "__dict__", {})
        if type(part).__name__ in _KINDS and {"multi_class", "coef_"} <= set(attributes):
            way = attributes["multi_class"]
            several = len(attributes["classes_"]) > 2
            if several and (
                way in ("ovr", "warn") or _splits(way, attributes.get("solver"), saved_by)
            ):
                _split(part)
            elif way == "multinomial" and not several:
                if any(type(other).__name__ in _READ_SCORES for other in parts):
                    raise Refused(
                        f"{type(part).__name__} has multi_class='multinomial' for two classes "
                        "inside another estimator; fit it again without multi_class."
                    )
                # Its probability was that of twice the score: the softmax of -score and score.
                part.coef_ = 2 * part.coef_
                part.intercept_ = 2 * part.intercept_


def _splits(way: object, solver: object, saved_by: str | None) -> bool:
    if way not in ("auto", "deprecated"):
        return False
    if solver == "newton-cholesky":  # multinomial since 1.6
        release = re.match(r"(\d+)\.(\d+)", saved_by or "")
        return release is None or (int(release[1]), int(release[2])) < (1, 6)
    return solver == "liblinear"


def _split(part: Any) -> None:
    """Turn a model of one score for each class into one regression for each class, in place."""
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415  # slow to import
    from sklearn.multiclass import OneVsRestClassifier  # noqa: PLC0415
    from sklearn.preprocessing import LabelBinarizer  # noqa: PLC0415

    width = part.coef_.shape[1]
    offsets = np.broadcast_to(part.intercept_, len(part.classes_))
    members = []
    for weights, offset in zip(part.coef_, offsets, strict=True):
        member = LogisticRegression()
        member.coef_, member.intercept_ = weights.reshape(1, -1), np.array([offset])
        member.classes_, member.n_features_in_ = np.array([0, 1]), width
        members.append(member)
    names = {name: vars(part)[name] for name in ("feature_names_in_",) if name in vars(part)}
    split = OneVsRestClassifier(LogisticRegression())
    split.estimators_ = members
    split.label_binarizer_ = LabelBinarizer(sparse_output=True).fit(part.classes_)
    split.classes_, split.n_features_in_ = part.classes_, width
    part.__class__ = OneVsRestClassifier
    part.__dict__ = {**vars(split), **names}
