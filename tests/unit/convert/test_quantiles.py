"""QuantileTransformer and what stands behind it: equal to the original, bit for bit or nearly."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import QuantileTransformer
from sklearn.tree import DecisionTreeClassifier

from tests.support.ordinary_rows import FRESH, TRAINING, classes, outputs, table


def quantiles(distribution: str) -> QuantileTransformer:
    return QuantileTransformer(
        n_quantiles=300, output_distribution=distribution, random_state=0, subsample=None
    )


def rows_on_quantiles(missing: bool = False) -> tuple[Any, Any]:
    rows = table(TRAINING, 0, missing=missing)
    fresh = table(FRESH, 1, missing=missing)
    fresh[::3] = rows[np.arange(len(fresh[::3])) % len(rows)]  # quantiles are numbers met before
    fresh[1::97] = fresh[1::97] * 1e6  # far outside
    return rows, fresh


@pytest.mark.parametrize(("distribution", "tolerance"), [("uniform", 0.0), ("normal", 4e-15)])
def test_quantiles_are_those_of_the_original(
    distribution: str, tolerance: float, tmp_path: Path
) -> None:
    rows, fresh = rows_on_quantiles(missing=True)
    model = quantiles(distribution).fit(rows)

    converted, (numbers,) = outputs(model, fresh, tmp_path)

    assert converted.parity.dtype == "float64"
    np.testing.assert_allclose(numbers, model.transform(fresh), rtol=0, atol=tolerance)


@pytest.mark.parametrize("last", [DecisionTreeClassifier(), LogisticRegression()])
@pytest.mark.parametrize("distribution", ["uniform", "normal"])
def test_models_behind_quantiles_give_the_labels_of_the_original(
    distribution: str, last: Any, tmp_path: Path
) -> None:
    rows, fresh = rows_on_quantiles()
    model = make_pipeline(quantiles(distribution), last).fit(rows, classes(rows))

    _, (labels, probabilities) = outputs(model, fresh, tmp_path)

    np.testing.assert_array_equal(labels, model.predict(fresh))
    np.testing.assert_allclose(probabilities, model.predict_proba(fresh), atol=1e-6)
