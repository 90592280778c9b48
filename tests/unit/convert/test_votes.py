"""Votes and classes one against another, over plain numbers: 20,000 rows each."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.ensemble import (
    AdaBoostClassifier,
    BaggingClassifier,
    GradientBoostingClassifier,
    RandomForestClassifier,
    VotingClassifier,
)
from sklearn.linear_model import LogisticRegression, RidgeClassifier
from sklearn.multiclass import OneVsOneClassifier, OneVsRestClassifier, OutputCodeClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, LinearSVC
from sklearn.tree import DecisionTreeClassifier

from tests.support.ordinary_rows import FRESH, TRAINING, classes, outputs, table

pytestmark = pytest.mark.slow  # thousands of rows each


def scaled(last: Any) -> Any:
    return make_pipeline(StandardScaler(), last)


def forest() -> RandomForestClassifier:
    return RandomForestClassifier(8, max_depth=6, random_state=0)


MODELS = {
    "pairs of forests": OneVsOneClassifier(forest()),
    "pairs of scaled forests": OneVsOneClassifier(scaled(forest())),
    "pairs of boosters": OneVsOneClassifier(scaled(GradientBoostingClassifier(n_estimators=5))),
    "pairs of logistic regressions": OneVsOneClassifier(scaled(LogisticRegression())),
    "pairs of linear vectors": OneVsOneClassifier(scaled(LinearSVC())),
    "bag of forests": BaggingClassifier(RandomForestClassifier(5, random_state=0), 4),
    "one tree against the rest": OneVsRestClassifier(DecisionTreeClassifier(max_depth=4)),
    "one AdaBoost against the rest": OneVsRestClassifier(AdaBoostClassifier(n_estimators=4)),
    "codes of scaled forests": OutputCodeClassifier(scaled(forest()), random_state=0),
    "hard vote without probabilities": VotingClassifier(
        [("a", scaled(SVC(max_iter=500))), ("b", scaled(RidgeClassifier())), ("c", forest())],
        weights=[1, 1, 1.5],
    ),
    "hard vote of equals": VotingClassifier(
        [("a", scaled(LinearSVC())), ("b", scaled(RidgeClassifier())), ("c", forest())]
    ),
    "soft vote with weights": VotingClassifier(
        [("a", scaled(forest())), ("b", scaled(LogisticRegression()))],
        voting="soft",
        weights=[0.2, 0.7],
    ),
}


@pytest.mark.filterwarnings("ignore:Solver terminated early")
@pytest.mark.parametrize("names", [["x", "y", "z"], ["no", "yes"]], ids=["three", "two"])
@pytest.mark.parametrize("model", MODELS.values(), ids=list(MODELS))
def test_labels_are_those_of_the_original(model: Any, names: list[str], tmp_path: Path) -> None:
    rows, fresh = table(TRAINING, 0), table(FRESH, 1)
    model.fit(rows, np.array(names)[classes(rows, len(names))])

    _, (labels, *probabilities) = outputs(model, fresh, tmp_path)

    np.testing.assert_array_equal(labels, model.predict(fresh))
    if probabilities:
        np.testing.assert_allclose(probabilities[0], model.predict_proba(fresh), atol=1e-6)
