"""Nearest neighbours weighted by distance, also at rows that the model has stored."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from tests.support.ordinary_rows import outputs

DRAW = np.random.default_rng(0)
ROWS = np.round(DRAW.normal(size=(300, 3)), 1)
STORED_AND_NEW = np.concatenate([ROWS, DRAW.normal(size=(2_000, 3))])
NAMES = np.array(["a", "b", "c"])[np.digitize(ROWS[:, 0], [-0.5, 0.5])]
VALUES = np.column_stack([ROWS[:, 0] * 3, ROWS[:, 1] - 1])
METRICS = ["euclidean", "manhattan", "chebyshev"]


def decided(model: Any, rows: Any) -> Any:
    """Return where the last neighbour is nearer than the next, so that there is no choice."""
    distances = model.kneighbors(rows, model.n_neighbors + 1)[0]
    return distances[:, -1] - distances[:, -2] > 1e-9


@pytest.mark.parametrize("metric", METRICS)
def test_classes_are_voted_for_as_by_the_original(metric: str, tmp_path: Path) -> None:
    model = make_pipeline(
        StandardScaler(), KNeighborsClassifier(4, weights="distance", metric=metric)
    ).fit(ROWS, NAMES)
    fresh = DRAW.normal(size=(5_000, 3))

    converted, (labels, chances) = outputs(model, fresh, tmp_path)

    sure = decided(model[-1], model[:-1].transform(fresh))
    assert sure.sum() > 3_000
    np.testing.assert_array_equal(labels[sure], model.predict(fresh)[sure])
    np.testing.assert_allclose(chances[sure], model.predict_proba(fresh)[sure], atol=1e-9)
    assert converted.parity.label_agreement == 1.0


@pytest.mark.parametrize("values", [VALUES, VALUES[:, 0]], ids=["several outputs", "one"])
def test_stored_row_is_predicted_by_those_at_its_place(values: Any, tmp_path: Path) -> None:
    model = KNeighborsRegressor(8, weights="distance").fit(ROWS, values)

    _, (predicted,) = outputs(model, STORED_AND_NEW, tmp_path)

    expected = model.predict(STORED_AND_NEW)
    differing = np.abs(predicted.reshape(expected.shape) - expected).reshape(len(expected), -1)
    sure = decided(model, STORED_AND_NEW)
    assert sure[: len(ROWS)].sum() > 100
    assert differing[sure].max() < 1e-9
