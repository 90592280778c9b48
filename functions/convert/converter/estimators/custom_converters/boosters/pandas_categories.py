"""LightGBM trained on a DataFrame with category columns: their values, as a step before the trees.

The library turns each value into its position among the categories it saved beside the trees, and
a value it does not know into NaN. A row here has the value, so an encoder does the same.
"""

import copy
import re
from collections.abc import Callable
from itertools import groupby
from typing import Any

import numpy as np
from sklearn.compose import ColumnTransformer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer, OrdinalEncoder

from converter.estimators.custom_converters.boosters.lightgbm_model import ENCODED, categories_of
from converter.estimators.custom_converters.boosters.number_codes import NumberCodes
from converter.estimators.custom_converters.boosters.reading import library_of
from inferx.errors import Refused

_COLUMNS = re.compile(r"^\[categorical_feature: ([\d,]+)\]$", re.MULTILINE)


def encoded_first(estimator: Any) -> Any:
    """Return a pipeline that encodes the categories; an estimator without any as it is.

    Raises:
        Refused: when the file does not say which columns the categories are of.
    """
    if library_of(estimator) != "lightgbm" or not categories_of(estimator):
        return estimator
    kept = _by_column(estimator)
    width = int(estimator.n_features_in_)
    steps = []
    for kind, run in groupby(range(width), key=lambda position: _kind(kept.get(position))):
        positions = list(run)
        step = _KINDS[kind]([kept.get(at) for at in positions])
        steps.append((f"columns_{positions[0]}", step, positions))
    transformer = ColumnTransformer(steps).fit(_first_row(kept, width))
    names = getattr(estimator, "feature_names_in_", None)
    if names is not None:
        transformer.feature_names_in_ = np.asarray(names, dtype=object)
    plain = copy.copy(estimator)
    setattr(plain, ENCODED, True)
    return Pipeline([("categories", transformer), ("predict", plain)])


def _by_column(estimator: Any) -> dict[int, list[Any]]:
    categories = categories_of(estimator)
    found = _COLUMNS.search(estimator.booster_.model_to_string())
    columns = [int(column) for column in found.group(1).split(",")] if found else []
    if len(columns) != len(categories):
        raise Refused(
            f"{type(estimator).__name__} was trained on category columns, and the file does not "
            "say which; encode them in a step before it (OrdinalEncoder)."
        )
    for values in categories:
        if not all(isinstance(value, str) for value in values) and not _are_numbers(values):
            raise Refused(
                f"{type(estimator).__name__} was trained on a category column whose values are "
                "neither strings nor numbers in order; encode it in a step before it "
                "(OrdinalEncoder)."
            )
    return dict(zip(columns, categories, strict=True))


def _are_numbers(values: list[Any]) -> bool:
    plain = all(isinstance(value, int | float) and type(value) is not bool for value in values)
    return plain and values == sorted(values)


def _kind(categories: list[Any] | None) -> str:
    if not categories:
        return "as it is"
    return "strings" if isinstance(categories[0], str) else "numbers"


def _string_codes(categories: list[Any]) -> OrdinalEncoder:
    return OrdinalEncoder(
        categories=[np.array(values, dtype=object) for values in categories],
        handle_unknown="use_encoded_value",
        unknown_value=np.nan,
    )


def _unchanged(_: list[Any]) -> FunctionTransformer:
    return FunctionTransformer()


_KINDS: dict[str, Callable[[list[Any]], Any]] = {
    "as it is": _unchanged,
    "numbers": NumberCodes,
    "strings": _string_codes,
}


def _first_row(kept: dict[int, list[Any]], width: int) -> Any:
    row = [kept[at][0] if kept.get(at) else 0.0 for at in range(width)]
    return np.array([row], dtype=object)
