"""What ``null`` means to a fitted encoder or imputer.

To scikit-learn NaN and None are two categories, and JSON has one null. It stands for the one that
the training data had; where they had both, it could be either, and null is refused.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.impute import SimpleImputer


def is_nan(value: Any) -> bool:
    """Return whether a category or a statistic is NaN; most are strings."""
    return isinstance(value, float) and value != value  # noqa: PLR0124  # NaN


def of_categories(encoder: Any, categories: Sequence[Any]) -> tuple[bool, bool]:
    """Return whether an encoder takes null in one column, and whether as None.

    An encoder that takes unknown categories, and was fitted without missing values, takes them as
    unknown. Numbers beside None are kept as objects, which a request's numbers are not.
    """
    kept = np.asarray(categories, dtype=object).tolist()
    has_nan, has_none = any(map(is_nan, kept)), None in kept
    if has_none:
        return not has_nan and any(isinstance(value, str) for value in kept), True
    takes_unknown = not hasattr(encoder, "handle_unknown") or encoder.handle_unknown != "error"
    return has_nan or takes_unknown, False


def of_strings(imputer: SimpleImputer) -> tuple[bool, bool]:
    """Return whether an imputer of strings fills in null, and whether as None."""
    missing = imputer.missing_values
    return missing is None or is_nan(missing), missing is None
