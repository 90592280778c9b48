"""Imputation by the nearest rows: ties as those of nearest neighbours, and trees behind it."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.compose import make_column_transformer
from sklearn.ensemble import RandomForestClassifier, VotingClassifier
from sklearn.experimental import enable_iterative_imputer  # noqa: F401  # switches it on
from sklearn.impute import IterativeImputer, KNNImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from converter.estimators.asking import Answered
from converter.estimators.convert import convert_estimator
from converter.estimators.filled_among_equals import filled_among_equals
from converter.estimators.judging import judge
from converter.estimators.predictions import Predictions
from converter.estimators.probes.bits import are_same
from converter.estimators.probes.placed import placed_trees
from converter.estimators.probes.stored import stored_rows

DRAW = np.random.default_rng(0)
NAN = np.nan


def gaps(rows: Any) -> Any:
    return np.where(DRAW.random(rows.shape) < 0.1, NAN, rows)


FEW = gaps(DRAW.integers(0, 4, (150, 3)).astype(float))
MANY = gaps(DRAW.integers(0, 1_000, (150, 3)).astype(float))
LABELS = DRAW.integers(0, 2, 150)
STORED = np.array([[0.0, 1.0], [2.0, 3.0], [4.0, 5.0], [NAN, 6.0]])


def forest() -> RandomForestClassifier:
    return RandomForestClassifier(5, random_state=0, max_depth=5)


def test_a_value_is_undecided_where_the_last_row_taken_is_as_far_as_the_next() -> None:
    imputer = KNNImputer(n_neighbors=1).fit(STORED)
    rows = np.array([[1.0, NAN], [0.1, NAN], [1.0, 1.0], [NAN, 2.0], [NAN, NAN]])

    assert filled_among_equals(imputer, rows).tolist() == [True, False, False, True, False]


def test_nothing_is_undecided_where_every_row_is_taken() -> None:
    imputer = KNNImputer(n_neighbors=3).fit(STORED)

    assert filled_among_equals(imputer, np.array([[NAN, 2.0]])).tolist() == [False]


@pytest.mark.parametrize(
    "model",
    [
        pytest.param(make_pipeline(KNNImputer(n_neighbors=1), StandardScaler()), id="first step"),
        pytest.param(make_pipeline(StandardScaler(), KNNImputer(n_neighbors=1)), id="last step"),
        pytest.param(make_column_transformer((KNNImputer(n_neighbors=1), [0, 1])), id="in a table"),
        pytest.param(
            VotingClassifier(
                [("a", make_pipeline(KNNImputer(n_neighbors=1), LogisticRegression()))]
            ),
            id="in a member",
        ),
    ],
)
def test_imputers_are_found_wherever_they_are(model: Any) -> None:
    model.fit(STORED, [0, 1, 0, 1])

    assert filled_among_equals(model, np.array([[1.0, NAN], [0.1, NAN]])).tolist() == [True, False]


def test_models_without_such_imputers_are_not_asked() -> None:
    assert filled_among_equals(forest().fit(MANY, LABELS), MANY) is None


def test_rows_that_few_equals_fill_are_ties_and_the_column_stays_nullable(tmp_path: Path) -> None:
    result = convert_estimator(KNNImputer().fit(MANY), tmp_path / "model.onnx")

    assert all(feature.nullable for feature in result.signature.features or ())
    assert result.parity.probes["missing"] == 512


def test_null_is_refused_where_many_values_are_chosen_among_equals(tmp_path: Path) -> None:
    result = convert_estimator(KNNImputer().fit(FEW), tmp_path / "model.onnx")

    assert not any(feature.nullable for feature in result.signature.features or ())
    assert any("missing values are refused" in warning for warning in result.warnings)


@pytest.mark.parametrize(("undecided", "passed"), [(5, True), (6, False)])
def test_a_twentieth_of_rows_with_missing_values_is_excused(undecided: int, passed: bool) -> None:
    marks = np.arange(100) < undecided
    original = Predictions(values=np.ones((100, 1)), undecided=marks)

    class Other:
        dtype = "float64"

        def predictions(self, _: Any) -> Predictions:
            return Predictions(values=np.where(marks, 2.0, 1.0).reshape(-1, 1))

    answered = Answered([np.zeros(100)], original)
    judged = judge({"missing": answered}, Other(), original)  # type: ignore[arg-type]  # no session

    assert judged.passed is passed


@pytest.mark.parametrize("imputer", [KNNImputer(), IterativeImputer(random_state=0)])
def test_trees_behind_an_imputer_get_rows_on_their_thresholds(imputer: Any, tmp_path: Path) -> None:
    model = make_pipeline(imputer, forest()).fit(MANY, LABELS)

    result = convert_estimator(model, tmp_path / "model.onnx")

    assert result.parity.probes["thresholds"] > 1_000
    assert all(source is not None for each in placed_trees(model, 3) for source in each.sources)
    assert are_same(model)


def test_rows_are_drawn_around_stored_ones_with_gaps() -> None:
    stored = stored_rows(KNNImputer().fit(MANY), 3)

    known = ~np.isnan(MANY)
    assert np.isfinite(stored).all()
    np.testing.assert_array_equal(stored[known], MANY[known])
    for column in range(3):
        assert set(stored[:, column]) <= set(MANY[known[:, column], column])
