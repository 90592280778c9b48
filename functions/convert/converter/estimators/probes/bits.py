"""Whether what a model compares with thresholds has the same bits in the original and in ONNX."""

from typing import Any

from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import VotingClassifier, VotingRegressor
from sklearn.ensemble._hist_gradient_boosting.binning import _BinMapper
from sklearn.experimental import enable_iterative_imputer  # noqa: F401  # switches it on
from sklearn.feature_selection import SelectorMixin
from sklearn.impute import IterativeImputer, KNNImputer, MissingIndicator, SimpleImputer
from sklearn.multioutput import ClassifierChain, RegressorChain
from sklearn.pipeline import FeatureUnion
from sklearn.preprocessing import (
    Binarizer,
    FunctionTransformer,
    KBinsDiscretizer,
    LabelBinarizer,
    LabelEncoder,
    MaxAbsScaler,
    MinMaxScaler,
    OneHotEncoder,
    OrdinalEncoder,
    RobustScaler,
    StandardScaler,
)

from converter.estimators.custom_converters.codes import Codes
from converter.loading.structure import parts_of

_SAME_BITS = (
    Binarizer,
    Codes,
    ColumnTransformer,
    FeatureUnion,
    IterativeImputer,  # which hands on as it is whatever is not missing
    KBinsDiscretizer,
    KNNImputer,
    LabelBinarizer,
    LabelEncoder,
    MaxAbsScaler,
    MinMaxScaler,
    MissingIndicator,
    OneHotEncoder,
    OrdinalEncoder,
    RobustScaler,
    SelectorMixin,
    SimpleImputer,
    StandardScaler,
    VotingClassifier,
    VotingRegressor,
    _BinMapper,
)
_IN_TURN = (ClassifierChain, RegressorChain)


def are_same(estimator: Any) -> bool:
    """Return whether every step rounds alike in both.

    Powers, logarithms and sums of rows may differ by a last bit, and so may what one model
    predicts for another; a row within that bit of a threshold is not asked for.
    """
    return all(_rounds_alike(part) for part in parts_of(estimator))


def votes_on_labels(estimator: Any) -> bool:
    """Return whether a hard vote is in the model.

    Its prediction jumps where a member's label changes, also where that compares computed numbers.
    """
    return any(
        isinstance(part, VotingClassifier) and part.voting == "hard" for part in parts_of(estimator)
    )


def _rounds_alike(part: Any) -> bool:
    if not isinstance(part, BaseEstimator):
        return True
    if isinstance(part, _IN_TURN) or hasattr(part, "stack_method_"):
        return False
    if isinstance(part, FunctionTransformer):
        return part.func is None
    return not isinstance(part, TransformerMixin) or isinstance(part, _SAME_BITS)
