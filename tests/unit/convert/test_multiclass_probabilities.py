"""Logistic regression that was saved with ``multi_class`` gives the probabilities of then."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.special import expit
from sklearn.calibration import CalibratedClassifierCV
from sklearn.datasets import load_iris
from sklearn.ensemble import VotingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from converter.estimators.from_file import convert_saved_estimator
from converter.loading import load_estimator
from exported import graph
from inferx.errors import Refused
from tests.unit.convert.writing import dumped

ROWS, LABELS = load_iris(return_X_y=True)
SMALL = StandardScaler().fit_transform(ROWS)
MANY = np.random.default_rng(0).normal(size=(20_000, 4))


def saved(model: Any, tmp_path: Path) -> Path:
    """Write a model as scikit-learn 1.5.2 would, by the version in the file."""
    path = tmp_path / "model.pkl"
    path.write_bytes(dumped(model).replace(b"1.9.1", b"1.5.2"))
    return path


def one_against_the_rest(model: LogisticRegression, rows: Any) -> Any:
    """Return what scikit-learn up to 1.7 made of the scores, by its ``_predict_proba_lr``."""
    shares = expit(rows @ model.coef_.T + model.intercept_)
    return shares / shares.sum(axis=1, keepdims=True)


def fitted(labels: Any = LABELS, **options: Any) -> LogisticRegression:
    model = LogisticRegression().fit(SMALL, labels)
    vars(model).update(options)
    return model


@pytest.mark.parametrize(
    ("version", "options"),
    [
        ("1.5.2", {"multi_class": "ovr"}),
        ("0.21.3", {"multi_class": "warn", "solver": "warn"}),
        ("1.4.2", {"multi_class": "auto", "solver": "liblinear"}),
        ("1.6.1", {"multi_class": "deprecated", "solver": "liblinear"}),
        ("1.5.2", {"multi_class": "auto", "solver": "newton-cholesky"}),
    ],
)
def test_one_against_the_rest_stays_so(
    version: str, options: dict[str, Any], tmp_path: Path
) -> None:
    model = fitted(**options)

    loaded = load_estimator(saved(model, tmp_path), version)

    np.testing.assert_allclose(
        loaded.predict_proba(MANY), one_against_the_rest(model, MANY), rtol=1e-12
    )
    np.testing.assert_array_equal(loaded.predict(MANY), model.predict(MANY))


@pytest.mark.parametrize(
    "options",
    [
        {"multi_class": "auto", "solver": "lbfgs"},
        {"multi_class": "multinomial", "solver": "saga"},
        {"multi_class": "deprecated", "solver": "newton-cholesky"},
    ],
)
def test_all_classes_at_once_stays_so(options: dict[str, Any], tmp_path: Path) -> None:
    model = fitted(**options)

    loaded = load_estimator(saved(model, tmp_path), "1.6.1")

    np.testing.assert_array_equal(loaded.predict_proba(MANY), model.predict_proba(MANY))


def test_two_classes_in_the_multinomial_way_double_the_score(tmp_path: Path) -> None:
    model = fitted(LABELS > 0, multi_class="multinomial")
    scores = model.decision_function(MANY)

    loaded = load_estimator(saved(model, tmp_path), "1.5.2")

    np.testing.assert_allclose(loaded.predict_proba(MANY)[:, 1], expit(2 * scores), rtol=1e-12)


def test_two_classes_in_the_multinomial_way_are_refused_where_scores_are_read(
    tmp_path: Path,
) -> None:
    model = CalibratedClassifierCV(LogisticRegression(), cv=2).fit(SMALL, LABELS > 0)
    for member in model.calibrated_classifiers_:
        member.estimator.multi_class = "multinomial"

    with pytest.raises(Refused, match="multi_class='multinomial' for two classes"):
        load_estimator(saved(model, tmp_path), "1.5.2")


def test_member_of_a_vote_keeps_its_probabilities(tmp_path: Path) -> None:
    model = VotingClassifier([("a", LogisticRegression())], voting="soft").fit(SMALL, LABELS)
    member = model.estimators_[0]
    member.multi_class, member.solver = "auto", "liblinear"

    loaded = load_estimator(saved(model, tmp_path), "1.5.2")

    expected = one_against_the_rest(member, MANY)
    np.testing.assert_allclose(loaded.predict_proba(MANY), expected, rtol=1e-12)


def test_graph_gives_the_probabilities_of_then_for_20_000_rows(tmp_path: Path) -> None:
    model = fitted(multi_class="auto", solver="liblinear")
    target = tmp_path / "model.onnx"

    convert_saved_estimator(saved(model, tmp_path), "pickle", target)

    session = graph.open_session(target)
    made = session.run(["probabilities"], {"X": MANY})[0]
    np.testing.assert_allclose(made, one_against_the_rest(model, MANY), rtol=1e-9)
