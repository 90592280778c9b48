"""Whether a model compares numbers with thresholds, and what happens to the numbers before.

A number that is rounded before a threshold may come to its other side, and the prediction is then
another one, not one that is a little off. So such models run in float64, as scikit-learn does.
"""

from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin, is_classifier
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.ensemble._hist_gradient_boosting.binning import _BinMapper
from sklearn.model_selection import FixedThresholdClassifier, TunedThresholdClassifierCV
from sklearn.multioutput import ClassifierChain, RegressorChain
from sklearn.preprocessing import (
    Binarizer,
    KBinsDiscretizer,
    LabelBinarizer,
    LabelEncoder,
    OneHotEncoder,
    OrdinalEncoder,
    QuantileTransformer,
    SplineTransformer,
    TargetEncoder,
)

from converter.estimators.custom_converters import boosters
from converter.estimators.custom_converters.forests import CLASSIFIERS, REGRESSORS
from converter.estimators.custom_converters.rounding import TREES
from converter.estimators.members import members_of
from converter.loading.structure import parts_of

_ROUNDING = (*CLASSIFIERS, *REGRESSORS, *TREES)
_HISTOGRAMS = (HistGradientBoostingClassifier, HistGradientBoostingRegressor)
_COMPARING = (
    Binarizer,
    FixedThresholdClassifier,
    KBinsDiscretizer,
    QuantileTransformer,  # which jumps where quantiles are equal
    TunedThresholdClassifierCV,
)
_OF_LABELS = (LabelBinarizer, LabelEncoder, _BinMapper)
_CONSTANT = (DummyClassifier, DummyRegressor)
_IN_TURN = (ClassifierChain, RegressorChain)


def decides(estimator: Any) -> bool:
    """Return whether trees, bins, encoders of numbers or tuned thresholds are in the model."""
    return any(_is_tree(part) or _is_step(part) for part in parts_of(estimator))


def rounds_first(estimator: Any) -> bool:
    """Return whether the model's first act is to round its input to float32.

    It is where all its parts are trees that round (:mod:`custom_converters.rounding`) and
    estimators that hand their input on to them. A float32 graph then equals it.
    """
    for part in parts_of(estimator):
        if not isinstance(part, BaseEstimator):
            continue
        if isinstance(part, _HISTOGRAMS) or boosters.library_of(part) == "lightgbm":
            return False
        if isinstance(part, _IN_TURN) or hasattr(part, "stack_method_"):
            return False
        if is_classifier(part) and members_of(part):  # whose shares are summed and compared
            return False
        if isinstance(part, (*_OF_LABELS, *_ROUNDING)) or boosters.library_of(part) == "xgboost":
            continue
        if isinstance(part, TransformerMixin) or _computes(part):
            return False
    return True


def _computes(part: BaseEstimator) -> bool:
    """Return whether an estimator works on its input itself: no wrapper, and no constant."""
    inner = (each for each in parts_of(part) if isinstance(each, BaseEstimator))
    around = any(each is not part and not isinstance(each, _OF_LABELS) for each in inner)
    return not around and not isinstance(part, _CONSTANT)


def _is_step(part: Any) -> bool:
    if isinstance(part, TargetEncoder):
        return True  # means of targets, which are no whole numbers
    if isinstance(part, OneHotEncoder | OrdinalEncoder):
        return any(_are_numbers(kept) for kept in getattr(part, "categories_", ()))
    if isinstance(part, SplineTransformer):
        return int(part.degree) == 0  # steps, not curves
    return isinstance(part, _COMPARING)


def _are_numbers(categories: Any) -> bool:
    return len(categories) > 0 and not isinstance(np.asarray(categories).tolist()[0], str)


def _is_tree(part: Any) -> bool:
    return isinstance(part, (*_ROUNDING, *_HISTOGRAMS)) or boosters.library_of(part) is not None
