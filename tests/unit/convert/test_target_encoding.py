"""TargetEncoder of two classes, of several, and of values: equal to the original."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import KFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler, TargetEncoder
from sklearn.tree import DecisionTreeClassifier

from tests.support.ordinary_rows import FRESH
from tests.support.typed_rows import kinds, typed_outputs, typed_table


def encoded(last: Any, smooth: Any) -> Any:
    steps = make_column_transformer(
        (TargetEncoder(smooth=smooth, cv=KFold(2, shuffle=True, random_state=0)), [0, 2]),
        (StandardScaler(), [1, 3]),
    )
    return make_pipeline(steps, last)


@pytest.mark.parametrize("smooth", ["auto", 3.0])
@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("last", [DecisionTreeClassifier(max_depth=6), LogisticRegression()])
def test_classes_are_those_of_the_original(
    last: Any, classes: int, smooth: Any, tmp_path: Path
) -> None:
    rows, fresh = typed_table(500, 0), typed_table(FRESH, 1)
    fresh[::7, 0] = "Nowhere"
    model = encoded(last, smooth).fit(rows, kinds(rows, classes))

    _, found = typed_outputs(model, fresh, tmp_path)

    np.testing.assert_array_equal(found["label"], model.predict(fresh))


def test_values_are_those_of_the_original(tmp_path: Path) -> None:
    rows, fresh = typed_table(500, 0), typed_table(FRESH, 1)
    fresh[::7, 0] = "Nowhere"
    model = encoded(Ridge(), "auto").fit(rows, rows[:, 1].astype(float) * (rows[:, 0] == "Rome"))

    _, found = typed_outputs(model, fresh, tmp_path)

    np.testing.assert_allclose(found["prediction"].ravel(), model.predict(fresh), atol=1e-4)
