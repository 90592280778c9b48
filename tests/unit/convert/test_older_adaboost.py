"""AdaBoost of releases whose decision function is gone predicts as it did then."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.calibration import CalibratedClassifierCV
from sklearn.datasets import load_iris
from sklearn.ensemble import AdaBoostClassifier, RandomForestClassifier, VotingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

from converter.estimators.convert import convert_estimator
from inferx.errors import Refused
from tests.support.graph_runs import run
from tests.unit.convert.older import LABELS, ROWS, load

FRESH = ROWS[np.random.default_rng(0).permutation(len(ROWS))] + 0.05
TREE = DecisionTreeClassifier(max_depth=1)
NAMES = load_iris().target_names[LABELS]


def fitted(labels: Any, member: Any = TREE, algorithm: str = "SAMME.R") -> AdaBoostClassifier:
    model = AdaBoostClassifier(member, n_estimators=8, random_state=0).fit(ROWS, labels)
    model.algorithm = algorithm
    if algorithm == "SAMME.R":
        model.estimator_weights_ = np.ones(len(model.estimators_))  # as it was fitted then
    return model


def decision_by_probabilities(model: AdaBoostClassifier, rows: Any) -> Any:
    """Return what ``_samme_proba`` of 1.5 added up, for each class."""
    total = np.zeros((len(rows), len(model.classes_)))
    for member in model.estimators_:
        log_proba = np.log(np.maximum(member.predict_proba(rows), 2.220446049250313e-16))
        mean = log_proba.mean(axis=1, keepdims=True)
        total += (len(model.classes_) - 1) * (log_proba - mean)
    return total / len(model.estimators_)


def decision_by_votes(model: AdaBoostClassifier, rows: Any) -> Any:
    """Return the sums of weights up to 1.3.0, for each class."""
    total = np.zeros((len(rows), len(model.classes_)))
    for member, weight in zip(model.estimators_, model.estimator_weights_, strict=False):
        total[np.arange(len(rows)), np.searchsorted(model.classes_, member.predict(rows))] += weight
    return total / model.estimator_weights_.sum()


def probabilities(decision: Any) -> Any:
    powers = np.exp(decision / (decision.shape[1] - 1))
    return powers / powers.sum(axis=1, keepdims=True)


def served(model: Any, path: Path) -> tuple[Any, Any]:
    convert_estimator(model, path)
    label, chances = run(path, FRESH)
    return label, chances


@pytest.mark.parametrize("labels", [LABELS, LABELS > 0, NAMES], ids=["three", "two", "names"])
@pytest.mark.parametrize("member", [TREE, DecisionTreeClassifier(max_depth=3)])
@pytest.mark.parametrize(
    ("version", "algorithm"),
    [("1.5.2", "SAMME.R"), ("0.21.3", "SAMME.R"), ("1.2.2", "SAMME"), ("1.3.0", "SAMME")],
)
def test_adaboost_is_served_as_the_release_that_saved_it_predicted(
    version: str, algorithm: str, member: Any, labels: Any, tmp_path: Path
) -> None:
    decide = decision_by_probabilities if algorithm == "SAMME.R" else decision_by_votes
    model = fitted(labels, member, algorithm)
    rows = FRESH.astype("f4").astype(float)
    expected = probabilities(decide(model, rows))

    label, chances = served(load(model, tmp_path, version), tmp_path / "model.onnx")

    np.testing.assert_allclose(chances, expected, atol=1e-6)
    clear = np.diff(np.sort(expected, axis=1))[:, -1] > 1e-9
    np.testing.assert_array_equal(
        label[clear], model.classes_[expected.argmax(axis=1)][clear].astype(label.dtype)
    )


@pytest.mark.parametrize("version", ["1.3.1", "1.3.2", "1.5.2", "1.8.0"])
def test_votes_since_1_3_1_are_those_of_today(version: str, tmp_path: Path) -> None:
    model = fitted(LABELS, algorithm="SAMME")

    loaded = load(model, tmp_path, version)

    assert type(loaded) is AdaBoostClassifier
    np.testing.assert_array_equal(loaded.predict_proba(ROWS), model.predict_proba(ROWS))


def test_votes_of_0_21_are_refused_naming_the_release(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"AdaBoostClassifier with algorithm='SAMME'.*0\.21\.3"):
        load(fitted(LABELS, algorithm="SAMME"), tmp_path, "0.21.3")


def test_boosted_forest_is_served(tmp_path: Path) -> None:
    model = fitted(LABELS, RandomForestClassifier(3, max_depth=2, random_state=0))
    rows = FRESH.astype("f4").astype(float)
    expected = probabilities(decision_by_probabilities(model, rows))

    _, chances = served(load(model, tmp_path, "1.5.2"), tmp_path / "model.onnx")

    np.testing.assert_allclose(chances, expected, atol=1e-5)


def test_logarithms_of_inexact_probabilities_are_refused_with_the_way_round(tmp_path: Path) -> None:
    model = load(fitted(LABELS, LogisticRegression()), tmp_path, "1.5.2")

    with pytest.raises(Refused, match="over LogisticRegression has no exact ONNX form here"):
        convert_estimator(model, tmp_path / "model.onnx")


@pytest.mark.parametrize(
    "around",
    [
        lambda model: make_pipeline(StandardScaler(), model),
        lambda model: VotingClassifier([("a", model), ("b", TREE)], voting="soft"),
        lambda model: CalibratedClassifierCV(model, cv=3),
    ],
    ids=["pipeline", "vote", "calibration"],
)
def test_adaboost_inside_another_model_decides_as_then(
    around: Callable[[Any], Any], tmp_path: Path
) -> None:
    whole = around(AdaBoostClassifier(TREE, n_estimators=4, random_state=0)).fit(ROWS, LABELS)
    loaded = load(whole, tmp_path, "1.5.2")
    assert convert_estimator(loaded, tmp_path / "today.onnx").parity.label_agreement == 1

    def by_probabilities(model: Any) -> None:
        for part in _boosted(model):
            part.algorithm = "SAMME.R"
            part.estimator_weights_ = np.ones(len(part.estimators_))

    by_probabilities(whole)
    then = load(whole, tmp_path, "1.5.2")

    result = convert_estimator(then, tmp_path / "then.onnx")

    assert result.parity.label_agreement == 1
    assert (tmp_path / "then.onnx").read_bytes() != (tmp_path / "today.onnx").read_bytes()


def _boosted(model: Any) -> list[Any]:
    if isinstance(model, CalibratedClassifierCV):
        return [member.estimator for member in model.calibrated_classifiers_]
    return [model.steps[-1][1]] if hasattr(model, "steps") else [model.estimators_[0]]
