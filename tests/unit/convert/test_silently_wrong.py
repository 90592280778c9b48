"""What skl2onnx alone would convert to a model that predicts differently: right, or refused."""

from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort
import pytest
from sklearn.calibration import CalibratedClassifierCV
from sklearn.datasets import load_breast_cancer, load_iris
from sklearn.discriminant_analysis import (
    LinearDiscriminantAnalysis,
    QuadraticDiscriminantAnalysis,
)
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import TunedThresholdClassifierCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

from converter.estimators.convert import ConvertedEstimator, convert_estimator

ROWS, LABELS = load_breast_cancer(return_X_y=True)


def served(model: Any, rows: Any, tmp_path: Path) -> tuple[ConvertedEstimator, list[Any]]:
    converted = convert_estimator(model, tmp_path / "model.onnx")
    session = ort.InferenceSession(str(tmp_path / "model.onnx"))
    tensor = converted.signature.inputs[0]
    outputs = session.run(None, {tensor.name: np.asarray(rows).astype(tensor.dtype)})
    return converted, outputs


@pytest.mark.parametrize(
    "model", [DecisionTreeClassifier(random_state=0), RandomForestClassifier(10, random_state=0)]
)
def test_trees_send_missing_values_the_way_they_learned(model: Any, tmp_path: Path) -> None:
    rows = ROWS.copy()
    rows[np.random.default_rng(0).random(rows.shape) < 0.2] = np.nan
    model.fit(rows, LABELS)

    converted, (labels, *_) = served(model, rows, tmp_path)

    assert all(feature.nullable for feature in converted.signature.features or ())
    np.testing.assert_array_equal(labels, model.predict(rows))


def test_binary_discriminant_analysis_gives_its_probabilities(tmp_path: Path) -> None:
    model = LinearDiscriminantAnalysis().fit(ROWS, LABELS)

    _, (_, probabilities) = served(model, ROWS, tmp_path)

    np.testing.assert_allclose(probabilities, model.predict_proba(ROWS), atol=1e-4)


def test_quadratic_discriminant_analysis_gives_each_row_its_label(tmp_path: Path) -> None:
    model = QuadraticDiscriminantAnalysis(reg_param=0.1).fit(ROWS, LABELS)

    _, (labels, probabilities) = served(model, ROWS, tmp_path)

    assert labels.tolist() == model.predict(ROWS).tolist()
    np.testing.assert_allclose(probabilities, model.predict_proba(ROWS), atol=1e-4)


def test_tuned_threshold_is_kept(tmp_path: Path) -> None:
    model = TunedThresholdClassifierCV(
        make_pipeline(StandardScaler(), LogisticRegression()),
        scoring="recall",
        response_method="predict_proba",
        cv=3,
    ).fit(ROWS, LABELS)

    _, (labels, _) = served(model, ROWS, tmp_path)

    clear = np.abs(model.predict_proba(ROWS)[:, 1] - model.best_threshold_) > 1e-6
    np.testing.assert_array_equal(labels[clear], model.predict(ROWS)[clear])


def test_scaler_before_trees_does_not_move_rows_across_thresholds(tmp_path: Path) -> None:
    model = make_pipeline(StandardScaler(), DecisionTreeClassifier(random_state=0)).fit(
        ROWS, LABELS
    )
    rows = np.random.default_rng(0).permuted(np.tile(ROWS, (20, 1)), axis=0)

    converted, (labels, _) = served(model, rows, tmp_path)

    assert converted.signature.inputs[0].dtype == "float64"
    np.testing.assert_array_equal(labels, model.predict(rows))


def test_large_magnitudes_get_double_precision(tmp_path: Path) -> None:
    rows, labels = load_iris(return_X_y=True)
    rows = rows + 1_700_000_000.0  # seconds since 1970
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(rows, labels)

    converted, (answers, _) = served(model, rows, tmp_path)

    assert converted.signature.inputs[0].dtype == "float64"
    np.testing.assert_array_equal(answers, model.predict(rows))


def test_few_rounds_over_large_numbers_are_converted(tmp_path: Path) -> None:
    model = HistGradientBoostingClassifier(max_iter=3).fit(ROWS, LABELS)

    _, (labels, probabilities) = served(model, ROWS, tmp_path)

    np.testing.assert_array_equal(labels, model.predict(ROWS))
    np.testing.assert_allclose(probabilities, model.predict_proba(ROWS), atol=1e-4)


def test_isotonic_calibration_over_a_forest_is_converted(tmp_path: Path) -> None:
    forest = RandomForestClassifier(5, random_state=0)
    model = CalibratedClassifierCV(forest, method="isotonic", cv=2).fit(ROWS, LABELS)

    _, (labels, probabilities) = served(model, ROWS, tmp_path)

    np.testing.assert_array_equal(labels, model.predict(ROWS))
    np.testing.assert_allclose(probabilities, model.predict_proba(ROWS), atol=1e-3)
