"""Calibration: isotonic curves may be so steep that what comes in must be exact."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import (
    ExtraTreesClassifier,
    GradientBoostingClassifier,
    RandomForestClassifier,
)
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier

from converter.estimators.convert import convert_estimator
from inferx.errors import Refused
from tests.support.ordinary_rows import FRESH, TRAINING, classes, outputs, table

ROWS, NEW = table(TRAINING, 0), table(FRESH, 1)
MEMBERS: dict[str, Any] = {
    "forest": RandomForestClassifier(20, random_state=0),
    "small forest": RandomForestClassifier(20, max_depth=4, random_state=0),
    "extra trees": ExtraTreesClassifier(20, random_state=0),
    "forest behind a step": make_pipeline(
        StandardScaler(), RandomForestClassifier(10, random_state=0)
    ),
    "tree": DecisionTreeClassifier(max_depth=6, random_state=0),
    "boosting": GradientBoostingClassifier(n_estimators=15, random_state=0),
    "naive Bayes": GaussianNB(),
    "logistic regression": make_pipeline(StandardScaler(), LogisticRegression()),
    "scores": make_pipeline(StandardScaler(), LinearSVC()),
}


@pytest.mark.parametrize("member", MEMBERS)
@pytest.mark.parametrize("count", [2, 3])
def test_calibrated_probabilities_are_those_of_scikit_learn(
    member: str, count: int, tmp_path: Path
) -> None:
    model = CalibratedClassifierCV(MEMBERS[member], method="isotonic", cv=3)
    model.fit(ROWS, np.array(["no", "yes", "perhaps"])[classes(ROWS, count)])

    _, (labels, chances) = outputs(model, NEW, tmp_path)

    expected = model.predict_proba(NEW)
    np.testing.assert_allclose(chances, expected, rtol=0, atol=1e-9)
    best = np.sort(expected, axis=1)
    sure = best[:, -1] - best[:, -2] > 1e-9
    np.testing.assert_array_equal(labels[sure], model.predict(NEW)[sure])


@pytest.mark.parametrize("member", ["boosting", "logistic regression", "scores"])
@pytest.mark.parametrize("count", [2, 3])
def test_probabilities_scaled_by_temperature_are_those_of_scikit_learn(
    member: str, count: int, tmp_path: Path
) -> None:
    model = CalibratedClassifierCV(MEMBERS[member], method="temperature", cv=3)
    model.fit(ROWS, classes(ROWS, count))

    _, (_, chances) = outputs(model, NEW, tmp_path)

    np.testing.assert_allclose(chances, model.predict_proba(NEW), rtol=0, atol=1e-9)


def test_temperature_over_probabilities_is_refused_with_the_way_round(tmp_path: Path) -> None:
    model = CalibratedClassifierCV(MEMBERS["small forest"], method="temperature", cv=2)

    with pytest.raises(Refused, match="method='sigmoid' or 'isotonic'"):
        convert_estimator(model.fit(ROWS, classes(ROWS)), tmp_path / "model.onnx")


@pytest.mark.parametrize("increasing", [True, False, "auto"])
@pytest.mark.parametrize("beyond", ["clip", "nan"])
def test_curve_is_that_of_scikit_learn(increasing: Any, beyond: str, tmp_path: Path) -> None:
    given = np.round(ROWS[:, 4], 2)
    model = IsotonicRegression(increasing=increasing, out_of_bounds=beyond)
    model.fit(given, -given + np.random.default_rng(0).normal(0, 0.5, len(given)))
    fresh = np.concatenate([np.round(NEW[:, 4], 2), NEW[:, 4]]).reshape(-1, 1)

    _, (predicted,) = outputs(model, fresh, tmp_path)

    np.testing.assert_allclose(predicted.ravel(), model.predict(fresh), rtol=1e-12)
