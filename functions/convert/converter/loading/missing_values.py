"""Trees that refused missing values when they were saved.

The installed release reads their nodes as if each had learned where to send a missing value, which
older ones did not: 1.3 brought that to decision trees, 1.4 to random forests, 1.6 to extra trees.
https://scikit-learn.org/stable/modules/tree.html#missing-values-support
"""

import re
from typing import Any

from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.tree import (
    DecisionTreeClassifier,
    DecisionTreeRegressor,
    ExtraTreeClassifier,
    ExtraTreeRegressor,
)

from converter.loading.structure import parts_of

type _Release = tuple[int, int]

_SINCE: tuple[tuple[tuple[type, ...], _Release], ...] = (
    ((ExtraTreeClassifier, ExtraTreeRegressor), (1, 6)),
    ((DecisionTreeClassifier, DecisionTreeRegressor), (1, 3)),
)
_FORESTS, _FORESTS_SINCE = (RandomForestClassifier, RandomForestRegressor), (1, 4)


def keep_refusing_missing(model: object, saved_by: str | None) -> None:
    """Have trees refuse NaN as they did in the release that saved them.

    Args:
        model: just loaded.
        saved_by: the version that saved it.
    """
    numbers = re.match(r"(\d+)\.(\d+)", saved_by or "")
    if numbers is None:
        return
    release = int(numbers.group(1)), int(numbers.group(2))
    for part in list(parts_of(model)):
        if isinstance(part, _FORESTS) and release < _FORESTS_SINCE:
            for member in getattr(part, "estimators_", ()):
                member._support_missing_values = _never
        since = next((first for kinds, first in _SINCE if isinstance(part, kinds)), (0, 0))
        if release < since:
            part._support_missing_values = _never


def _never(_: Any) -> bool:  # rows
    return False
