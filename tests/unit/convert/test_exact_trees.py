"""Trees behind numeric steps, wherever they are: equal to the original on 20,000 ordinary rows."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import (
    AdaBoostClassifier,
    AdaBoostRegressor,
    BaggingClassifier,
    BaggingRegressor,
    ExtraTreesClassifier,
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
    StackingClassifier,
    StackingRegressor,
    VotingClassifier,
    VotingRegressor,
)
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.multioutput import ClassifierChain, MultiOutputClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    MaxAbsScaler,
    MinMaxScaler,
    PolynomialFeatures,
    PowerTransformer,
    QuantileTransformer,
    RobustScaler,
    StandardScaler,
)
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor
from xgboost import XGBClassifier

from tests.support.ordinary_rows import FRESH, TRAINING, classes, outputs, table, values

pytestmark = pytest.mark.slow  # thousands of rows each


def forest(trees: int = 10) -> RandomForestClassifier:
    return RandomForestClassifier(trees, random_state=0)


def forest_of_values(trees: int = 10) -> RandomForestRegressor:
    return RandomForestRegressor(trees, random_state=0)


def tree(depth: int | None = None) -> DecisionTreeClassifier:
    return DecisionTreeClassifier(max_depth=depth, random_state=0)


def imputed(last: Any, **parameters: Any) -> Any:
    return make_pipeline(SimpleImputer(**parameters), StandardScaler(), last)


def scaled(last: Any) -> Any:
    return make_pipeline(StandardScaler(), last)


WITH_MISSING_VALUES = {
    "a tree, by the mean": imputed(tree()),
    "a forest, by the median": imputed(forest(20), strategy="median"),
    "a forest, by the most frequent": imputed(forest(), strategy="most_frequent"),
    "a tree, by a constant": imputed(tree(), strategy="constant", fill_value=-1),
    "a forest, with indicators": imputed(forest(), add_indicator=True),
    "XGBoost": imputed(XGBClassifier(n_estimators=20)),
    "AdaBoost": imputed(AdaBoostClassifier(tree(3), n_estimators=10, random_state=0)),
    "histogram boosting, without an imputer": HistGradientBoostingClassifier(max_iter=10),
    "a forest, without an imputer": forest(),
    "bagged trees, without an imputer": scaled(BaggingClassifier(tree(6), 5, random_state=0)),
}


@pytest.mark.parametrize("model", WITH_MISSING_VALUES.values(), ids=list(WITH_MISSING_VALUES))
def test_trees_over_missing_values_give_the_labels_of_the_original(
    model: Any, tmp_path: Path
) -> None:
    rows, fresh = table(TRAINING, 0, missing=True), table(FRESH, 1, missing=True)
    model.fit(rows, classes(rows))

    converted, (labels, probabilities) = outputs(model, fresh, tmp_path)

    assert all(feature.nullable for feature in converted.signature.features or ())
    np.testing.assert_array_equal(labels, model.predict(fresh))
    np.testing.assert_allclose(probabilities, model.predict_proba(fresh), atol=1e-6)


BEHIND_A_STEP = {
    "soft voting": scaled(
        VotingClassifier([("a", forest()), ("b", tree()), ("c", tree(4))], voting="soft")
    ),
    "hard voting": scaled(VotingClassifier([("a", forest()), ("b", tree(3)), ("c", tree())])),
    "voting over pipelines": VotingClassifier(
        [("a", scaled(forest())), ("b", make_pipeline(MinMaxScaler(), tree()))], voting="soft"
    ),
    "stacking": scaled(
        StackingClassifier([("a", forest()), ("b", tree(5))], LogisticRegression(), cv=2)
    ),
    "trees stacked on trees": scaled(
        StackingClassifier([("a", forest()), ("b", tree(5))], forest(5), cv=2)
    ),
    "bagging": scaled(BaggingClassifier(tree(), 10, max_features=3, random_state=0)),
    "AdaBoost": scaled(AdaBoostClassifier(tree(4), n_estimators=15, random_state=0)),
    "calibration": scaled(CalibratedClassifierCV(forest(), cv=2)),
    "isotonic calibration": scaled(CalibratedClassifierCV(forest(), cv=2, method="isotonic")),
    "boosting": make_pipeline(RobustScaler(), GradientBoostingClassifier(n_estimators=20)),
    "histogram boosting": scaled(HistGradientBoostingClassifier(max_iter=10)),
    "calibrated histogram boosting": scaled(
        CalibratedClassifierCV(HistGradientBoostingClassifier(max_iter=5), cv=2)
    ),
    "largest value": make_pipeline(MaxAbsScaler(), forest()),
    "powers": make_pipeline(PowerTransformer(), forest()),
    "quantiles": make_pipeline(QuantileTransformer(n_quantiles=20), forest()),
    "polynomials": make_pipeline(StandardScaler(), PolynomialFeatures(3), forest()),
}


@pytest.mark.parametrize("model", BEHIND_A_STEP.values(), ids=list(BEHIND_A_STEP))
def test_trees_behind_numeric_steps_give_the_labels_of_the_original(
    model: Any, tmp_path: Path
) -> None:
    rows, fresh = table(TRAINING, 0), table(FRESH, 1)
    model.fit(rows, classes(rows))

    converted, (labels, *probabilities) = outputs(model, fresh, tmp_path)

    assert converted.parity.dtype == "float64"
    np.testing.assert_array_equal(labels, model.predict(fresh))
    if probabilities:
        np.testing.assert_allclose(probabilities[0], model.predict_proba(fresh), atol=1e-6)


OF_VALUES = {
    "a forest": imputed(forest_of_values()),
    "voting": scaled(VotingRegressor([("a", forest_of_values()), ("b", LinearRegression())])),
    "stacking": scaled(StackingRegressor([("a", forest_of_values()), ("b", LinearRegression())])),
    "bagging": scaled(BaggingRegressor(DecisionTreeRegressor(), 5, random_state=0)),
    "AdaBoost": scaled(AdaBoostRegressor(DecisionTreeRegressor(max_depth=5), n_estimators=5)),
    "histogram boosting": HistGradientBoostingRegressor(max_iter=10),
    "histogram boosting of counts": HistGradientBoostingRegressor(loss="gamma", max_iter=10),
}


@pytest.mark.parametrize("model", OF_VALUES.values(), ids=list(OF_VALUES))
def test_trees_behind_numeric_steps_give_the_values_of_the_original(
    model: Any, tmp_path: Path
) -> None:
    rows, fresh = table(TRAINING, 0), table(FRESH, 1)
    model.fit(rows, np.abs(values(rows)) + 1)

    _, (predicted,) = outputs(model, fresh, tmp_path)

    expected = model.predict(fresh)
    typical = np.abs(expected).mean()  # a sum of opposite numbers has fewer digits than they
    np.testing.assert_allclose(predicted.ravel(), expected, rtol=1e-6, atol=1e-6 * typical)


OF_SEVERAL_CLASSES = {
    "a forest": forest(),
    "extremely random trees": scaled(ExtraTreesClassifier(10, max_depth=6, random_state=0)),
    "AdaBoost": scaled(AdaBoostClassifier(tree(3), n_estimators=10, random_state=0)),
    "one against the rest": scaled(OneVsRestClassifier(forest())),
    "histogram boosting": HistGradientBoostingClassifier(max_iter=5),
}


@pytest.mark.parametrize("model", OF_SEVERAL_CLASSES.values(), ids=list(OF_SEVERAL_CLASSES))
def test_classes_with_equal_shares_are_ordered_as_the_original_orders_them(
    model: Any, tmp_path: Path
) -> None:
    rows, fresh = table(TRAINING, 0), table(FRESH, 1)
    names = np.array(["no", "perhaps", "yes"])[classes(rows, 3)]
    model.fit(rows, names)

    _, (labels, probabilities) = outputs(model, fresh, tmp_path)

    np.testing.assert_array_equal(labels, model.predict(fresh))
    np.testing.assert_allclose(probabilities, model.predict_proba(fresh), atol=1e-6)


@pytest.mark.parametrize(
    "model",
    [
        scaled(MultiOutputClassifier(forest(5))),
        scaled(RandomForestClassifier(5, random_state=0)),
        scaled(ClassifierChain(tree(6))),
    ],
    ids=["one model an output", "one forest", "a chain"],
)
def test_several_outputs_behind_a_step_give_the_labels_of_the_original(
    model: Any, tmp_path: Path
) -> None:
    rows, fresh = table(TRAINING, 0), table(FRESH, 1)
    model.fit(rows, np.column_stack([classes(rows), rows[:, 3].astype(int)]))

    _, (labels, *_) = outputs(model, fresh, tmp_path)

    np.testing.assert_array_equal(labels, model.predict(fresh))
