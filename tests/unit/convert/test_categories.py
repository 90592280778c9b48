"""Histogram boosting over categories: known, unknown and missing ones go as scikit-learn says."""

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort
import pytest
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.model_selection import FixedThresholdClassifier, GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OrdinalEncoder

from converter.estimators.convert import ConvertedEstimator, convert_estimator
from converter.loading import load_estimator
from inferx.errors import Refused

_CITIES = ["Bern", "Oslo", "Rome", "Zürich"]


def coded() -> tuple[Any, Any]:
    """Return two columns of codes with gaps and two of numbers, some values of each missing."""
    draw = np.random.default_rng(0)
    rows = draw.normal(size=(600, 4))
    rows[:, 1] = draw.integers(0, 150, 600)
    rows[:, 3] = draw.integers(0, 3, 600) * 10
    rows[draw.random((600, 4)) < 0.05] = np.nan
    return rows, np.nan_to_num(rows[:, 1]).astype(int) % 3


def with_strange_codes(rows: Any) -> Any:
    """Unknown, negative and fractional codes among the known ones."""
    strange = rows.copy()
    strange[::7, 1], strange[::11, 3], strange[::13, 1] = 999, -5, 3.5
    return strange


def named() -> tuple[Any, Any]:
    """Return one column of strings beside one of numbers."""
    draw = np.random.default_rng(0)
    cities, numbers = draw.choice(_CITIES, 400), draw.normal(size=400)
    rows = np.column_stack([cities.astype(object), numbers.astype(object)])
    return rows, np.where((cities == "Rome") ^ (numbers > 0), "yes", "no")


def converted(model: Any, tmp_path: Path) -> tuple[ConvertedEstimator, ort.InferenceSession]:
    (tmp_path / "source").write_bytes(pickle.dumps(model))
    found = convert_estimator(load_estimator(tmp_path / "source"), tmp_path / "model.onnx")
    return found, ort.InferenceSession(str(tmp_path / "model.onnx"))


def classifier(**options: Any) -> HistGradientBoostingClassifier:
    return HistGradientBoostingClassifier(
        **{"max_iter": 8, "categorical_features": [1, 3], **options}
    )


@pytest.mark.parametrize(
    "model",
    [
        pytest.param(classifier(), id="alone"),
        pytest.param(GridSearchCV(classifier(), {"max_depth": [3]}, cv=2), id="after a search"),
        pytest.param(make_pipeline("passthrough", classifier()), id="in a pipeline"),
    ],
)
def test_codes_go_as_scikit_learn_sends_them(model: Any, tmp_path: Path) -> None:
    rows, labels = coded()
    model.fit(rows, labels)

    found, session = converted(model, tmp_path)

    asked = with_strange_codes(rows)
    _, probabilities = session.run(None, {"X": asked.astype(np.float64)})
    assert all(feature.nullable for feature in found.signature.features or ())
    np.testing.assert_allclose(probabilities, model.predict_proba(asked), atol=1e-5)


def test_regression_over_codes(tmp_path: Path) -> None:
    rows, labels = coded()
    model = HistGradientBoostingRegressor(max_iter=8, categorical_features=[1, 3])
    model.fit(rows, labels * 2.5)

    _, session = converted(model, tmp_path)

    asked = with_strange_codes(rows)
    (values,) = session.run(None, {"X": asked.astype(np.float64)})
    np.testing.assert_allclose(values.ravel(), model.predict(asked), rtol=1e-4, atol=1e-5)


def test_threshold_over_codes(tmp_path: Path) -> None:
    rows, labels = coded()
    model = FixedThresholdClassifier(
        classifier(), threshold=0.3, response_method="predict_proba"
    ).fit(rows, labels > 0)

    _, session = converted(model, tmp_path)

    asked = with_strange_codes(rows)
    given = session.run(None, {"X": asked.astype(np.float64)})[0]
    np.testing.assert_array_equal(given, model.predict(asked))


@pytest.mark.parametrize(
    "encoded_before", [False, True], ids=["strings inside the model", "encoded by a step before"]
)
def test_strings_go_as_scikit_learn_sends_them(encoded_before: bool, tmp_path: Path) -> None:
    rows, labels = named()
    model: Any = classifier(categorical_features=[0])
    if encoded_before:
        encoder = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=np.nan)
        transformer = make_column_transformer((encoder, [0]), remainder="passthrough")
        model = make_pipeline(transformer, model)
    model.fit(rows, labels)

    _, session = converted(model, tmp_path)

    asked = rows.copy()
    asked[::5, 0] = "Atlantis"
    feeds = {
        value.name: asked[:, [position]].astype("float64" if position else object)
        for position, value in enumerate(session.get_inputs())
    }
    given, probabilities = session.run(None, feeds)
    np.testing.assert_array_equal(given, model.predict(asked))
    np.testing.assert_allclose(probabilities, model.predict_proba(asked), atol=1e-5)


def test_categories_inside_another_estimator_are_refused_with_the_way_round(
    tmp_path: Path,
) -> None:
    rows, labels = coded()
    model = CalibratedClassifierCV(classifier(), cv=2).fit(rows, labels)

    with pytest.raises(Refused, match=r"categorical_features .*OneHotEncoder"):
        converted(model, tmp_path)
