"""An XGBClassifier of a release that encoded its labels itself, up to 1.5.

The installed release gives the numbers of the classes; the old one gave their labels.
"""

from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils import get_tags


class LabelledXGBClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """Gives the labels that a fitted classifier was trained with."""

    def __init__(self, estimator: Any, classes: Any) -> None:
        self.estimator = estimator
        self.classes = classes

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags = get_tags(self.estimator).input_tags
        return tags

    @property
    def classes_(self) -> Any:
        """The labels, in the order of the probabilities."""
        return np.asarray(self.classes)

    @property
    def n_features_in_(self) -> int:
        """How many columns the classifier takes."""
        return int(self.estimator.n_features_in_)

    @property
    def feature_names_in_(self) -> Any:
        """The columns' names, where the classifier knows them."""
        return self.estimator.feature_names_in_

    def predict(self, rows: Any) -> Any:
        """Return each row's label."""
        return self.classes_[np.asarray(self.estimator.predict(rows), dtype=np.int64)]

    def predict_proba(self, rows: Any) -> Any:
        """Return each row's probabilities."""
        return self.estimator.predict_proba(rows)


def labelled(estimator: Any) -> Any:
    """Return a classifier that gives its labels; any other estimator as it is."""
    encoder = getattr(estimator, "_le", None)
    if type(estimator).__module__ != "xgboost.sklearn" or encoder is None:
        return estimator
    classes = np.asarray(encoder.classes_)
    if classes.dtype.kind in "iu" and np.array_equal(classes, np.arange(len(classes))):
        return estimator
    return LabelledXGBClassifier(estimator, classes)
