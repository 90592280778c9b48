"""Histogram boosting over categories: known, unknown and missing ones go as scikit-learn says."""

import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort
import pytest
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import make_column_transformer
from sklearn.ensemble import (
    BaggingClassifier,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    VotingClassifier,
)
from sklearn.model_selection import FixedThresholdClassifier, GridSearchCV
from sklearn.multiclass import OneVsRestClassifier
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


@pytest.mark.parametrize(
    "around",
    [
        pytest.param(lambda model: CalibratedClassifierCV(model, cv=2), id="calibrated"),
        pytest.param(OneVsRestClassifier, id="one against the rest"),
        pytest.param(
            lambda model: VotingClassifier(
                [("a", model), ("b", HistGradientBoostingClassifier(max_iter=3))], voting="soft"
            ),
            id="vote",
        ),
        pytest.param(
            lambda model: BaggingClassifier(model, n_estimators=2, random_state=0), id="bagged"
        ),
    ],
)
def test_codes_inside_another_model_go_as_scikit_learn_sends_them(
    around: Callable[[Any], Any], tmp_path: Path
) -> None:
    rows, labels = coded()
    model = around(classifier()).fit(rows, labels)

    _, session = converted(model, tmp_path)

    asked = with_strange_codes(np.nan_to_num(rows))
    _, probabilities = session.run(None, {"X": asked.astype(np.float64)})
    np.testing.assert_allclose(probabilities, model.predict_proba(asked), atol=1e-5)


@pytest.mark.parametrize("wrapped", [False, True], ids=["alone", "calibrated"])
def test_codes_of_a_model_without_an_encoder_go_as_up_to_1_3(wrapped: bool, tmp_path: Path) -> None:
    draw = np.random.default_rng(0)
    rows = np.column_stack([draw.integers(0, 9, 600), draw.normal(size=600)])
    rows[draw.random(600) < 0.05, 0] = np.nan
    labels = (np.nan_to_num(rows[:, 0]) % 3 + (rows[:, 1] > 0)).astype(int)
    inner = classifier(categorical_features=[0], min_samples_leaf=3)
    model = (CalibratedClassifierCV(inner, cv=2) if wrapped else inner).fit(rows, labels)
    models = [part.estimator for part in model.calibrated_classifiers_] if wrapped else [model]
    for member in models:  # its codes count from zero, and so the encoder changes nothing
        member._preprocessor = None

    _, session = converted(model, tmp_path)

    asked = rows.copy()
    asked[::7, 0], asked[::11, 0], asked[::13, 0], asked[::5, 0] = 200, -5, 3.5, 0
    _, probabilities = session.run(None, {"X": asked})
    np.testing.assert_allclose(probabilities, model.predict_proba(asked), atol=1e-5)


def test_text_inside_another_model_is_refused_with_the_way_round(tmp_path: Path) -> None:
    rows, labels = named()
    vote = VotingClassifier([("a", classifier(categorical_features=[0]))], voting="soft")

    with pytest.raises(Refused, match=r"categorical_features over text .*OrdinalEncoder"):
        converted(vote.fit(rows, labels), tmp_path)
