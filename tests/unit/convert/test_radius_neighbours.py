"""Neighbours within a radius: votes and means as the original's, also of rows without any."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.neighbors import RadiusNeighborsClassifier, RadiusNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from converter.estimators.convert import convert_estimator
from inferx.errors import BadInput, Refused
from inferx.serving.model import Model
from tests.support.ordinary_rows import outputs

DRAW = np.random.default_rng(0)
ROWS, FRESH = DRAW.normal(size=(300, 3)), DRAW.normal(size=(5_000, 3)) * 1.5
WHOLE = DRAW.integers(0, 6, (300, 3)).astype(float)
FRESH_WHOLE = DRAW.integers(0, 6, (2_000, 3)).astype(float)
NAMES = np.array(["a", "b", "c"])[np.digitize(ROWS[:, 0], [-0.5, 0.5])]
VALUES = np.column_stack([ROWS[:, 0] * 3, ROWS[:, 1] - 1])
METRICS = ["euclidean", "manhattan", "chebyshev"]
WEIGHTS = ["uniform", "distance"]
FAR = [[1e6, 1e6, 1e6]]


@pytest.mark.filterwarnings("ignore:Outlier label x")  # of no class, as is meant here
@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("weights", WEIGHTS)
@pytest.mark.parametrize("algorithm", ["kd_tree", "brute"])
def test_several_classes_are_voted_for_as_by_the_original(
    metric: str, weights: str, algorithm: str, tmp_path: Path
) -> None:
    model = RadiusNeighborsClassifier(
        0.7, metric=metric, weights=weights, algorithm=algorithm, outlier_label="x"
    ).fit(ROWS, NAMES)

    _, (labels, chances) = outputs(model, FRESH, tmp_path)

    np.testing.assert_array_equal(labels, model.predict(FRESH))
    np.testing.assert_allclose(chances, model.predict_proba(FRESH), atol=1e-6)


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("weights", WEIGHTS)
def test_neighbours_exactly_on_the_radius_count(metric: str, weights: str, tmp_path: Path) -> None:
    model = RadiusNeighborsClassifier(
        1.0, metric=metric, weights=weights, outlier_label="most_frequent"
    ).fit(WHOLE, NAMES)

    _, (_, chances) = outputs(model, FRESH_WHOLE, tmp_path)

    np.testing.assert_allclose(chances, model.predict_proba(FRESH_WHOLE), atol=1e-6)


@pytest.mark.parametrize("weights", WEIGHTS)
@pytest.mark.parametrize("values", [VALUES, VALUES[:, 0]], ids=["several outputs", "one"])
def test_means_are_those_of_the_original_and_nan_without_neighbours(
    weights: str, values: Any, tmp_path: Path
) -> None:
    model = make_pipeline(StandardScaler(), RadiusNeighborsRegressor(0.7, weights=weights))
    model.fit(ROWS, values)

    _, (predicted,) = outputs(model, FRESH, tmp_path)

    with pytest.warns(UserWarning, match="no neighbors"):
        expected = model.predict(FRESH)
    assert np.isnan(expected).any()
    np.testing.assert_allclose(predicted.reshape(expected.shape), expected, rtol=1e-6, atol=1e-9)


def test_row_without_neighbours_is_refused_where_the_original_raises(tmp_path: Path) -> None:
    model = RadiusNeighborsClassifier(3.0).fit(ROWS, NAMES)
    convert_estimator(model, tmp_path / "model.onnx")

    with pytest.raises(BadInput, match="fails on a value"):
        Model(tmp_path / "model.onnx").predict(FAR)


def test_mean_without_neighbours_never_fails_in_the_runtime(tmp_path: Path) -> None:
    model = RadiusNeighborsRegressor(1.0).fit(ROWS, VALUES[:, 0])
    convert_estimator(model, tmp_path / "model.onnx")

    content, _ = Model(tmp_path / "model.onnx").predict(FAR)

    assert np.isnan(content["prediction"]).all()


def test_another_metric_is_refused_by_its_name(tmp_path: Path) -> None:
    model = RadiusNeighborsClassifier(1.0, metric="cosine", outlier_label="a").fit(ROWS, NAMES)

    with pytest.raises(Refused, match="cosine"):
        convert_estimator(model, tmp_path / "model.onnx")
