"""Columns whose numbers float32 cannot hold: identifiers, timestamps, and their differences."""

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from lightgbm import LGBMClassifier, LGBMRegressor
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import VotingClassifier
from sklearn.impute import KNNImputer
from sklearn.linear_model import (
    LinearRegression,
    LogisticRegression,
    Ridge,
    RidgeClassifier,
)
from sklearn.mixture import GaussianMixture
from sklearn.multiclass import OneVsRestClassifier
from sklearn.multioutput import MultiOutputRegressor
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, PolynomialFeatures, StandardScaler
from sklearn.svm import LinearSVC, LinearSVR
from sklearn.tree import DecisionTreeClassifier

from converter.estimators.convert import convert_estimator
from converter.loading import load_estimator
from inferx.serving.model import Model
from tests.support.ordinary_rows import outputs

pytestmark = pytest.mark.unit

START = 1_700_000_000.0


def periods(count: int, seed: int) -> Any:
    """Return an identifier, and when something began and ended, in seconds."""
    draw = np.random.default_rng(seed)
    begun = START + draw.integers(0, 10_000_000, count)
    identifiers = 2.0**24 + draw.integers(0, 100, count)
    return np.column_stack([identifiers, begun, begun + draw.integers(1, 600, count)])


def lasted(rows: Any) -> Any:
    return rows[:, 2] - rows[:, 1] + rows[:, 0] % 7


@pytest.mark.parametrize("model", [LinearRegression(), Ridge(1e-3)])
def test_a_linear_model_of_timestamps_is_computed_in_double(model: Any, tmp_path: Path) -> None:
    rows, fresh = periods(500, 0), periods(2_000, 1)
    model.fit(rows, lasted(rows))

    converted, (values, *_) = outputs(model, fresh, tmp_path)

    assert converted.parity.dtype == "float64"
    np.testing.assert_allclose(values.ravel(), model.predict(fresh), rtol=1e-6)


@pytest.mark.parametrize(
    "model",
    [
        RidgeClassifier(),
        LogisticRegression(max_iter=50),
        LinearSVC(random_state=0),
        GaussianNB(),
        VotingClassifier([("a", RidgeClassifier()), ("b", GaussianNB())]),
    ],
)
@pytest.mark.parametrize("classes", [2, 3])
def test_labels_of_rows_with_timestamps_are_the_originals(
    model: Any, classes: int, tmp_path: Path
) -> None:
    rows, fresh = periods(500, 0), periods(2_000, 1)
    model.fit(rows, np.digitize(lasted(rows), [200, 400][: classes - 1]))

    converted, (labels, *_) = outputs(model, fresh, tmp_path)

    assert converted.parity.dtype == "float64"
    np.testing.assert_array_equal(labels, model.predict(fresh))


def test_a_scaler_keeps_identifiers_apart(tmp_path: Path) -> None:
    model = StandardScaler().fit(periods(500, 0))
    fresh = periods(2_000, 1)

    _, (values,) = outputs(model, fresh, tmp_path)

    np.testing.assert_allclose(values, model.transform(fresh), rtol=1e-9)


@pytest.mark.parametrize(
    "model",
    [
        VotingClassifier([("a", LGBMClassifier(n_estimators=3, verbose=-1, n_jobs=1))]),
        MultiOutputRegressor(LGBMRegressor(n_estimators=3, verbose=-1, n_jobs=1)),
    ],
)
def test_lightgbm_inside_a_wrapper_is_not_called_damaged(model: Any, tmp_path: Path) -> None:
    rows = periods(200, 0)
    several = isinstance(model, MultiOutputRegressor)
    target = rows[:, :2] - START if several else (lasted(rows) > 200).astype(int)
    model.fit(rows, target)
    (tmp_path / "source").write_bytes(pickle.dumps(model))

    loaded = load_estimator(tmp_path / "source")

    convert_estimator(loaded, tmp_path / "model.onnx")


def test_thresholds_of_columns_that_a_step_made_are_no_reason_to_fail(tmp_path: Path) -> None:
    rows = np.random.default_rng(0).normal(size=(300, 2))
    steps = make_pipeline(PolynomialFeatures(3), DecisionTreeClassifier(max_depth=4))
    model = OneVsRestClassifier(steps).fit(rows, np.digitize(rows[:, 0] * rows[:, 1], [-1, 1]))

    _, (labels, *_) = outputs(model, rows, tmp_path)

    np.testing.assert_array_equal(labels, model.predict(rows))


@pytest.mark.parametrize("weights", ["uniform", "distance"])
def test_the_nearest_rows_fill_in_what_is_missing(weights: str, tmp_path: Path) -> None:
    draw = np.random.default_rng(0)
    rows, fresh = draw.normal(100, 30, (60, 3)), draw.normal(100, 30, (500, 3))
    rows[draw.random(rows.shape) < 0.2] = np.nan
    fresh[draw.random(fresh.shape) < 0.3] = np.nan
    fresh[0], fresh[1] = np.nan, np.nan_to_num(rows[5], nan=100.0)
    model = KNNImputer(n_neighbors=3, weights=weights).fit(rows)

    converted, (values, *_) = outputs(model, fresh, tmp_path)

    assert all(feature.nullable for feature in converted.signature.features or ())
    np.testing.assert_allclose(values, model.transform(fresh), rtol=1e-6)


@pytest.mark.parametrize(
    "model",
    [
        LinearRegression(fit_intercept=False),
        LinearSVR(fit_intercept=False, max_iter=100),
        GaussianMixture(2, random_state=0),
    ],
)
def test_no_model_of_numbers_falls_back_to_float32(model: Any, tmp_path: Path) -> None:
    rows = np.random.default_rng(0).normal(size=(100, 3))
    model.fit(rows, rows[:, 0])

    converted, (values, *_) = outputs(model, rows, tmp_path)

    assert converted.parity.dtype == "float64"
    np.testing.assert_allclose(values.ravel(), model.predict(rows), rtol=1e-9)


def test_one_hot_strings_beside_timestamps_are_computed_in_double(tmp_path: Path) -> None:
    draw = np.random.default_rng(0)
    times = periods(500, 0)
    table = np.column_stack([draw.choice(["a", "b"], 500).astype(object), times.astype(object)])
    columns = ColumnTransformer(
        [("words", OneHotEncoder(), [0]), ("times", StandardScaler(), [1, 2, 3])]
    )
    model = make_pipeline(columns, LogisticRegression()).fit(table, lasted(times) > 300)

    converted = convert_estimator(model, tmp_path / "model.onnx")
    content, _ = Model(tmp_path / "model.onnx").predict(table.tolist())

    assert converted.parity.dtype == "float64"
    shares = [row["true"] for row in content["probabilities"]]
    np.testing.assert_allclose(shares, model.predict_proba(table)[:, 1], atol=1e-9)
