"""What random models are fitted with besides rows: rows to stop early on, category columns."""

from typing import Any

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

from tools.conversion.fuzz.tables import Table

_OF_CATEGORIES = ("counts", "flags", "few codes", "years")


def with_categories(draw: np.random.Generator, model: Any, table: Table) -> Any:
    """Have a histogram boosting take some columns as categories, where a table has such."""
    columns = _columns_of_categories(table)
    kinds = HistGradientBoostingClassifier | HistGradientBoostingRegressor
    if isinstance(model, kinds) and columns and draw.random() < 0.7:
        return model.set_params(categorical_features=columns)
    return model


def options(draw: np.random.Generator, model: Any, table: Table) -> tuple[Any, dict[str, Any]]:
    """Return the model, changed where it stops early, and what its ``fit`` takes by name.

    ``EVALUATED`` stands for the rows that it is fitted to.
    """
    library = type(model).__module__.partition(".")[0]
    if library == "xgboost" and draw.random() < 0.3:
        return model.set_params(early_stopping_rounds=2), {"eval_set": EVALUATED, "verbose": False}
    if library != "lightgbm":
        return model, {}
    columns = _columns_of_categories(table)
    found: dict[str, Any] = {}
    if columns and draw.random() < 0.5:
        found["categorical_feature"] = columns
    if draw.random() < 0.3:
        import lightgbm  # slow to import

        found |= {"eval_set": EVALUATED, "callbacks": [lightgbm.early_stopping(2, verbose=False)]}
    return model, found


EVALUATED = "the rows that it is fitted to"


def _columns_of_categories(table: Table) -> list[int]:
    return [i for i, column in enumerate(table.columns) if column.shape in _OF_CATEGORIES]
