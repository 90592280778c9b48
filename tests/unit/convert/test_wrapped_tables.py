"""Wrappers around pipelines that read a table of strings and numbers, or texts."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import TransformedTargetRegressor
from sklearn.ensemble import (
    BaggingClassifier,
    BaggingRegressor,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
    StackingClassifier,
    StackingRegressor,
    VotingClassifier,
    VotingRegressor,
)
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression, Ridge, RidgeClassifier
from sklearn.model_selection import (
    FixedThresholdClassifier,
    GridSearchCV,
    TunedThresholdClassifierCV,
)
from sklearn.multiclass import OneVsRestClassifier, OutputCodeClassifier
from sklearn.multioutput import MultiOutputClassifier, MultiOutputRegressor
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder
from sklearn.svm import SVC, LinearSVC
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from tests.support.ordinary_rows import FRESH
from tests.support.typed_rows import kinds, prepared, typed_outputs, typed_table

pytestmark = pytest.mark.slow  # thousands of rows each

_TRAINING = 500


def forest() -> RandomForestClassifier:
    return RandomForestClassifier(8, random_state=0)


def tree() -> DecisionTreeClassifier:
    return DecisionTreeClassifier(max_depth=6, random_state=0)


def tree_of_values() -> DecisionTreeRegressor:
    return DecisionTreeRegressor(max_depth=6, random_state=0)


def searched(model: Any) -> GridSearchCV:
    return GridSearchCV(prepared(model), {"logisticregression__C": [1, 2]}, cv=2)


OF_TWO = {
    "fixed threshold": FixedThresholdClassifier(prepared(forest()), threshold=0.3, pos_label="mid"),
    "tuned threshold": TunedThresholdClassifierCV(
        prepared(LogisticRegression()), cv=2, scoring="accuracy"
    ),
    "calibrated, isotonic": CalibratedClassifierCV(prepared(forest()), cv=2, method="isotonic"),
    "calibrated vectors": CalibratedClassifierCV(prepared(SVC()), cv=2),
    "calibrated search": CalibratedClassifierCV(searched(LogisticRegression()), cv=2),
    "stack of scores": StackingClassifier(
        [("a", prepared(LinearSVC())), ("b", prepared(forest()))], LogisticRegression(), cv=2
    ),
    "vote of calibrated": VotingClassifier(
        [
            ("a", CalibratedClassifierCV(prepared(forest()), cv=2)),
            ("b", prepared(KNeighborsClassifier())),
        ],
        voting="soft",
    ),
}
OF_THREE = {
    "calibrated trees": CalibratedClassifierCV(prepared(forest()), cv=2),
    "calibrated linear": CalibratedClassifierCV(prepared(LinearSVC()), cv=2),
    "soft vote with weights": VotingClassifier(
        [("a", prepared(forest())), ("b", prepared(HistGradientBoostingClassifier(max_iter=4)))],
        voting="soft",
        weights=[1, 2],
    ),
    "hard vote without probabilities": VotingClassifier(
        [("a", prepared(SVC())), ("b", prepared(RidgeClassifier())), ("c", prepared(tree()))],
        weights=[2, 1, 1],
    ),
    "stack": StackingClassifier(
        [("a", prepared(tree())), ("b", prepared(LogisticRegression()))], forest(), cv=2
    ),
    "bag": BaggingClassifier(prepared(tree()), 4, random_state=0),
    "one against the rest": OneVsRestClassifier(prepared(tree())),
    "linear, one against the rest": OneVsRestClassifier(prepared(LinearSVC())),
    "output codes": OutputCodeClassifier(prepared(forest()), random_state=0),
}
OF_VALUES = {
    "stack": StackingRegressor(
        [("a", prepared(tree_of_values())), ("b", prepared(Ridge()))], Ridge(), cv=2
    ),
    "bag": BaggingRegressor(prepared(tree_of_values()), 4, random_state=0),
    "vote with weights": VotingRegressor(
        [("a", prepared(Ridge())), ("b", prepared(tree_of_values()))], weights=[1, 3]
    ),
    "logarithm of the target": TransformedTargetRegressor(
        prepared(tree_of_values()), func=np.log1p, inverse_func=np.expm1
    ),
}


def assert_alike(model: Any, fresh: Any, tmp_path: Path) -> None:
    converted, found = typed_outputs(model, fresh, tmp_path)

    assert {feature.kind for feature in converted.signature.features or ()} == {"number", "string"}
    np.testing.assert_array_equal(found["label"], model.predict(fresh))
    if "probabilities" in found:
        probabilities = model.predict_proba(fresh)
        np.testing.assert_allclose(found["probabilities"], probabilities, atol=1e-6)


@pytest.mark.parametrize("model", OF_TWO.values(), ids=list(OF_TWO))
def test_wrappers_of_two_classes_give_the_labels_of_the_original(
    model: Any, tmp_path: Path
) -> None:
    rows = typed_table(_TRAINING, 0)

    assert_alike(model.fit(rows, kinds(rows)), typed_table(FRESH, 1), tmp_path)


@pytest.mark.parametrize("model", OF_THREE.values(), ids=list(OF_THREE))
def test_wrappers_of_three_classes_give_the_labels_of_the_original(
    model: Any, tmp_path: Path
) -> None:
    rows = typed_table(_TRAINING, 0)

    assert_alike(model.fit(rows, kinds(rows, 3)), typed_table(FRESH, 1), tmp_path)


@pytest.mark.parametrize("model", OF_VALUES.values(), ids=list(OF_VALUES))
def test_wrappers_of_regressors_give_the_values_of_the_original(model: Any, tmp_path: Path) -> None:
    rows, fresh = typed_table(_TRAINING, 0), typed_table(FRESH, 1)
    model.fit(rows, rows[:, 1].astype(float) * 2 + rows[:, 3].astype(float))

    _, found = typed_outputs(model, fresh, tmp_path)

    np.testing.assert_allclose(found["prediction"].ravel(), model.predict(fresh), rtol=1e-10)


def test_several_outputs_over_a_table_are_those_of_the_original(tmp_path: Path) -> None:
    rows, fresh = typed_table(_TRAINING, 0), typed_table(FRESH, 1)
    several = np.column_stack([rows[:, 1].astype(float) > 20, rows[:, 2] == "a"]).astype(int)
    classifier = MultiOutputClassifier(prepared(forest())).fit(rows, several)
    regressor = MultiOutputRegressor(prepared(tree_of_values())).fit(rows, several * 1.5)

    _, found = typed_outputs(classifier, fresh, tmp_path)
    np.testing.assert_array_equal(found["label"], classifier.predict(fresh))
    _, found = typed_outputs(regressor, fresh, tmp_path)
    np.testing.assert_array_equal(found["prediction"], regressor.predict(fresh))


def test_a_bag_of_some_columns_hands_each_member_its_own(tmp_path: Path) -> None:
    rows, fresh = typed_table(_TRAINING, 0)[:, [0, 2]], typed_table(FRESH, 1)[:, [0, 2]]
    encoded = make_pipeline(OneHotEncoder(handle_unknown="ignore"), tree())
    model = BaggingClassifier(encoded, 6, max_features=1, random_state=0)
    model.fit(rows, kinds(typed_table(_TRAINING, 0)))

    _, found = typed_outputs(model, fresh, tmp_path)

    np.testing.assert_array_equal(found["label"], model.predict(fresh))


TEXTS = {
    "calibrated": CalibratedClassifierCV(prepared(LinearSVC(), texts=True), cv=2),
    "soft vote": VotingClassifier(
        [
            ("a", prepared(LogisticRegression(), texts=True)),
            ("b", prepared(forest(), texts=True)),
        ],
        voting="soft",
    ),
}


@pytest.mark.parametrize("model", TEXTS.values(), ids=list(TEXTS))
def test_a_column_of_texts_inside_a_wrapper_is_read_as_by_the_original(
    model: Any, tmp_path: Path
) -> None:
    rows, fresh = typed_table(_TRAINING, 0, texts=True), typed_table(1_000, 1, texts=True)

    assert_alike(model.fit(rows, kinds(rows)), fresh, tmp_path)


OF_TEXTS = {
    "calibrated": lambda last: CalibratedClassifierCV(last, cv=2),
    "one against the rest": OneVsRestClassifier,
    "vote": lambda last: VotingClassifier([("a", last), ("b", last)]),
    "stack": lambda last: StackingClassifier([("a", last)], LogisticRegression(), cv=2),
}


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("wrapped", OF_TEXTS.values(), ids=list(OF_TEXTS))
def test_linear_models_of_texts_convert_inside_wrappers(
    wrapped: Any, classes: int, tmp_path: Path
) -> None:
    rows, fresh = typed_table(_TRAINING, 0, texts=True), typed_table(1_000, 1, texts=True)
    model = wrapped(make_pipeline(TfidfVectorizer(), LinearSVC()))
    model.fit(rows[:, 4], kinds(rows, classes))

    _, found = typed_outputs(model, fresh[:, [4]], tmp_path)

    np.testing.assert_array_equal(found["label"], model.predict(fresh[:, 4]))
