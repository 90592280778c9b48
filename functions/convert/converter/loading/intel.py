"""Models that scikit-learn-intelex trained: scikit-learn's attributes beside oneDAL's own model.

https://uxlfoundation.github.io/scikit-learn-intelex/: its classes are subclasses of scikit-learn's
and set the attributes that scikit-learn's read. oneDAL's own model is left out.
"""

from typing import Any

from converter.loading.inert import Unused
from converter.loading.structure import parts_of
from inferx.errors import Refused

_MODELS = ("_onedal_estimator", "daal_model_")
_ALIKE = ("ElasticNet", "KMeans", "Lasso", "LinearRegression", "LogisticRegression", "PCA", "Ridge")
"""What predicts by its attributes alone, by the same sums in both libraries."""
_NAMES = {
    "_coef": "coef_",
    "_coef_": "coef_",
    "_intercept": "intercept_",
    "_intercept_": "intercept_",
}


def take_what_intel_fitted(root: object) -> None:
    """Give the parts that scikit-learn-intelex fitted scikit-learn's attributes, in place.

    Raises:
        Refused: for a part that would predict otherwise: oneDAL's trees compare in another way, and
            its neighbours and support vectors are not scikit-learn's.
    """
    for part in list(parts_of(root)):
        attributes = getattr(part, "__dict__", {})
        kind = type(part).__name__
        if any(type(attributes.get(name)) is Unused for name in _MODELS) or _lacks_trees(part):
            if kind not in _ALIKE:
                raise Refused(
                    f"The file holds {kind} of scikit-learn-intelex, which predicts by a model in "
                    "oneDAL's own format that is not read here: fit it with scikit-learn's own "
                    "class (unpatch_sklearn()) and save it again."
                )
            for old, new in _NAMES.items():
                if old in attributes and new not in attributes:
                    attributes[new] = attributes.pop(old)


def _lacks_trees(part: Any) -> bool:
    attributes = getattr(part, "__dict__", {})
    return "_cached_estimators_" in attributes and "estimators_" not in attributes
