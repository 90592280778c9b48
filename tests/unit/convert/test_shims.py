"""Models saved by older releases are repaired where that is proved, and refused elsewhere."""

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.cross_decomposition import PLSRegression
from sklearn.datasets import load_diabetes, load_iris
from sklearn.ensemble import (
    GradientBoostingClassifier,
    IsolationForest,
    RandomForestClassifier,
)
from sklearn.impute import SimpleImputer
from sklearn.linear_model import RidgeClassifier, SGDClassifier
from sklearn.neighbors import NearestCentroid
from sklearn.preprocessing import MaxAbsScaler

from converter.estimators.from_file import convert_saved_estimator
from converter.loading import load_estimator
from converter.loading.versions import saved_by
from tools.conversion.estimator_zoo import small_pipeline

ROWS, LABELS = load_iris(return_X_y=True)
CURRENT = b"1.9.1"


def aged(model: Any, version: str, tmp_path: Path, protocol: int = 4) -> Path:
    path = tmp_path / "model.pkl"
    path.write_bytes(pickle.dumps(model, protocol).replace(CURRENT, version.encode()))
    return path


@pytest.mark.parametrize("protocol", range(6))
def test_version_is_read_before_loading(protocol: int, tmp_path: Path) -> None:
    path = aged(small_pipeline(), "1.3.2", tmp_path, protocol)

    assert saved_by(path, "pickle") == "1.3.2"


@pytest.mark.parametrize(
    ("model", "missing"),
    [
        (SimpleImputer().fit(ROWS), ["_fill_dtype"]),
        (MaxAbsScaler().fit(ROWS), ["clip"]),
        (IsolationForest(n_estimators=3).fit(ROWS), ["_decision_path_lengths"]),
        (NearestCentroid().fit(ROWS, LABELS), ["class_prior_", "within_class_std_dev_", "priors"]),
    ],
)
def test_attributes_that_came_later_are_added(
    model: Any, missing: list[str], tmp_path: Path
) -> None:
    expected = (model.predict if hasattr(model, "predict") else model.transform)(ROWS)
    for name in missing:
        del vars(model)[name]
    path = aged(model, "1.2.2", tmp_path)

    loaded = load_estimator(path, "1.2.2")

    result = (loaded.predict if hasattr(loaded, "predict") else loaded.transform)(ROWS)
    np.testing.assert_array_equal(result, expected)


def test_ridge_classifier_gets_its_classes(tmp_path: Path) -> None:
    model = RidgeClassifier().fit(ROWS, LABELS)
    expected = model.predict(ROWS)
    del model.classes_

    loaded = load_estimator(aged(model, "1.2.2", tmp_path), "1.2.2")

    np.testing.assert_array_equal(loaded.predict(ROWS), expected)


def test_forest_of_counts_votes_with_shares(tmp_path: Path) -> None:
    model = RandomForestClassifier(5, random_state=0).fit(ROWS, LABELS)
    expected = model.predict_proba(ROWS)
    for tree in model.estimators_:  # up to 1.3, leaves held how many rows of each class they saw
        tree.tree_.value[...] *= tree.tree_.weighted_n_node_samples[:, np.newaxis, np.newaxis]

    loaded = load_estimator(aged(model, "1.3.2", tmp_path), "1.3.2")

    np.testing.assert_allclose(loaded.predict_proba(ROWS), expected)


def test_partial_least_squares_of_scaled_inputs_is_rescaled(tmp_path: Path) -> None:
    people = load_diabetes()
    model = PLSRegression(2).fit(people.data, people.target)
    expected = model.predict(people.data)
    model.coef_ = model.coef_ * model._x_std  # as 1.3 and 1.4 kept it

    loaded = load_estimator(aged(model, "1.4.2", tmp_path), "1.4.2")

    np.testing.assert_allclose(loaded.predict(people.data), expected)


class PicklerOf18(pickle.Pickler):
    """Writes an empty state after a loss, as the Cython of scikit-learn 1.8 did."""

    def reducer_override(self, target: Any) -> Any:
        if type(target).__name__ == "CyHalfMultinomialLoss":
            make, arguments = target.__reduce__()[:2]
            return make, arguments, ()
        return NotImplemented


def test_loss_with_an_empty_state_is_read(tmp_path: Path) -> None:
    model = GradientBoostingClassifier(n_estimators=2).fit(ROWS, LABELS)
    path = tmp_path / "model.pkl"
    with path.open("wb") as file:
        PicklerOf18(file, 4).dump(model)

    loaded = load_estimator(path, "1.8.0")

    np.testing.assert_array_equal(loaded.predict(ROWS), model.predict(ROWS))


def test_descent_with_a_loss_that_has_moved_is_read(tmp_path: Path) -> None:
    model = SGDClassifier(loss="hinge", random_state=0).fit(ROWS, LABELS)
    path = aged(model, "1.5.2", tmp_path)
    path.write_bytes(path.read_bytes().replace(b"Hinge", b"Huber"))

    loaded = load_estimator(path, "1.5.2")

    np.testing.assert_array_equal(loaded.predict(ROWS), model.predict(ROWS))


def test_manifest_warns_of_the_skew(tmp_path: Path) -> None:
    path = aged(small_pipeline(), "1.8.0", tmp_path)

    facts = convert_saved_estimator(path, "pickle", tmp_path / "model.onnx")

    assert facts["framework_version"] == "1.8.0"
    assert "1.8.0" in facts["warnings"][0]
