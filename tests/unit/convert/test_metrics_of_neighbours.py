"""Nearest neighbours by every metric that has a form: scikit-learn has several names for some."""

from copy import deepcopy
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.neighbors import (
    KNeighborsClassifier,
    KNeighborsRegressor,
    RadiusNeighborsClassifier,
    RadiusNeighborsRegressor,
)
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from converter.estimators.convert import convert_estimator
from inferx.errors import Refused
from tests.support.ordinary_rows import outputs

DRAW = np.random.default_rng(0)
ROWS, FRESH = DRAW.normal(size=(250, 3)), DRAW.normal(size=(20_000, 3))
NAMES = np.array(["a", "b", "c"])[np.digitize(ROWS[:, 0], [-0.5, 0.5])]
VALUES = ROWS[:, 0] * 3 + ROWS[:, 1]
VARIANCES = np.array([1.0, 2.0, 0.5])
METRICS: dict[str, dict[str, Any]] = {
    "l1": {"metric": "l1"},
    "l2": {"metric": "l2"},
    "p": {"metric": "p"},
    "infinity": {"metric": "infinity"},
    "chebyshev": {"metric": "chebyshev"},
    "cubes": {"metric": "minkowski", "p": 3},
    "weighed columns": {"metric": "minkowski", "metric_params": {"w": VARIANCES}},
    "weighed cubes": {"metric": "minkowski", "p": 3, "metric_params": {"w": VARIANCES}},
    "any power": {"metric": "minkowski", "p": 1.5},
    "squares": {"metric": "sqeuclidean"},
    "standardized": {"metric": "seuclidean", "metric_params": {"V": VARIANCES}},
    "canberra": {"metric": "canberra"},
    "braycurtis": {"metric": "braycurtis", "algorithm": "brute"},
}


EQUAL = ["l1", "infinity", "weighed cubes", "canberra"]


@pytest.mark.parametrize(
    ("metric", "weights"),
    [*((metric, "distance") for metric in METRICS), *((metric, "uniform") for metric in EQUAL)],
)
def test_neighbours_are_those_of_scikit_learn(metric: str, weights: str, tmp_path: Path) -> None:
    model = KNeighborsClassifier(4, weights=weights, **deepcopy(METRICS[metric])).fit(ROWS, NAMES)

    _, (labels, chances) = outputs(model, FRESH, tmp_path)

    np.testing.assert_array_equal(labels, model.predict(FRESH))
    np.testing.assert_allclose(chances, model.predict_proba(FRESH), atol=1e-9)


def test_no_weights_are_equal_weights(tmp_path: Path) -> None:
    model = KNeighborsRegressor(4, weights=None).fit(ROWS, VALUES)

    _, (predicted,) = outputs(model, FRESH, tmp_path)

    np.testing.assert_allclose(predicted.ravel(), model.predict(FRESH), rtol=1e-9)


@pytest.mark.filterwarnings("ignore:One or more samples have no neighbors:UserWarning")
@pytest.mark.parametrize("metric", ["l2", "infinity", "cubes", "standardized", "canberra"])
def test_means_within_a_radius_are_those_of_scikit_learn(metric: str, tmp_path: Path) -> None:
    model = RadiusNeighborsRegressor(1.2, **METRICS[metric]).fit(ROWS, VALUES)

    _, (predicted,) = outputs(model, FRESH, tmp_path)

    np.testing.assert_allclose(predicted.ravel(), model.predict(FRESH), rtol=1e-9)


@pytest.mark.filterwarnings("ignore:invalid value encountered in cast:RuntimeWarning")
def test_a_mean_of_no_whole_numbers_is_what_scikit_learn_makes_of_it(tmp_path: Path) -> None:
    model = RadiusNeighborsRegressor(0.3).fit(ROWS, VALUES.astype(int))

    _, (predicted,) = outputs(model, FRESH, tmp_path)

    np.testing.assert_allclose(predicted.ravel(), model.predict(FRESH), rtol=1e-9)


def test_share_of_columns_that_differ_is_a_distance(tmp_path: Path) -> None:
    codes = DRAW.integers(0, 12, (400, 6)).astype(float)
    model = RadiusNeighborsClassifier(0.7, metric="hamming", outlier_label=0)
    model.fit(codes, (codes[:, 0] > 5).astype(int))
    fresh = DRAW.integers(0, 12, (5_000, 6)).astype(float)

    _, (labels, _) = outputs(model, fresh, tmp_path)

    np.testing.assert_array_equal(labels, model.predict(fresh))


@pytest.mark.parametrize("metric", ["correlation", "nan_euclidean", "braycurtis"])
@pytest.mark.parametrize("cls", [KNeighborsClassifier, KNeighborsRegressor])
def test_metric_without_a_form_is_named(cls: type, metric: str, tmp_path: Path) -> None:
    model = make_pipeline(StandardScaler(), cls(metric=metric)).fit(ROWS, np.round(VALUES))

    with pytest.raises(Refused, match=rf"{cls.__name__}\(metric='{metric}'\)"):
        convert_estimator(model, tmp_path / "model.onnx")
