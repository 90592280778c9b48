"""Encoders of strings whose rare categories share a column: equal to the original."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.tree import DecisionTreeClassifier

from tests.support.typed_rows import typed_outputs

ENCODERS = {
    "at most three": {"max_categories": 3, "handle_unknown": "infrequent_if_exist"},
    "at most three, unknown nowhere": {"max_categories": 3, "handle_unknown": "ignore"},
    "rare by count": {"min_frequency": 60, "handle_unknown": "infrequent_if_exist"},
    "rare by share": {"min_frequency": 0.2, "handle_unknown": "warn"},
    "the first dropped": {"max_categories": 3, "drop": "first", "handle_unknown": "ignore"},
}


def strings(count: int, seed: int, *, unknown: bool) -> Any:
    draw = np.random.default_rng(seed)
    cities = ["Rome", "Oslo", "Bern", "Bonn", "Linz", "", *(["Nowhere"] if unknown else [])]
    shares = np.array([8, 4, 2, 1, 1, 1, *([1] if unknown else [])], dtype=float)
    rows = np.empty((count, 3), dtype=object)
    rows[:, 0] = draw.choice(cities, count, p=shares / shares.sum())
    rows[:, 1] = draw.choice(["a", "b"], count, p=[0.1, 0.9])
    rows[:, 2] = np.round(draw.normal(0, 1, count), 3)
    return rows


@pytest.mark.filterwarnings("ignore:Found unknown categories")
@pytest.mark.parametrize("last", [DecisionTreeClassifier(max_depth=8), LogisticRegression()])
@pytest.mark.parametrize("parameters", ENCODERS.values(), ids=list(ENCODERS))
def test_rare_strings_share_the_column_of_the_original(
    parameters: dict[str, Any], last: Any, tmp_path: Path
) -> None:
    rows, fresh = strings(500, 0, unknown=False), strings(20_000, 1, unknown=True)
    steps = make_column_transformer((OneHotEncoder(**parameters), [0, 1]), (StandardScaler(), [2]))
    model = make_pipeline(steps, last).fit(rows, (rows[:, 0] < "M") ^ (rows[:, 2] > 0.3))

    _, found = typed_outputs(model, fresh, tmp_path)

    np.testing.assert_array_equal(found["label"], model.predict(fresh))
