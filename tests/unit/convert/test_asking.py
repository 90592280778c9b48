"""As many rows are asked as there is time for, without those that the original refuses."""

import time
from typing import Any

import numpy as np
import pytest
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from converter.estimators.asking import Asking
from converter.estimators.columns import columns_of
from converter.estimators.convert import convert_estimator
from converter.estimators.layout import Layout, layout_for
from converter.estimators.probes.effort import FULL, LEAST, Budget, Effort, width_of
from inferx.manifest import PROBES

ROWS, KINDS = load_iris(return_X_y=True)


class Picky(RegressorMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """Returns its input, but refuses negative numbers, and takes its time."""

    n_features_in_ = 1
    seconds = 0.0

    def predict(self, rows: Any) -> Any:
        time.sleep(self.seconds)
        if (rows < 0).any():
            raise ValueError("negative")
        return rows[:, 0]


def asking(model: Any, seconds: float = 10.0, width: int = 1 << 17) -> Asking:
    layout = layout_for(columns_of(model))
    return Asking(model, layout, "regression", Budget(Effort(seconds), width, 1))


def test_rows_that_the_original_refuses_are_left_out_alone() -> None:
    given = np.arange(100.0)
    given[[3, 50, 51]] = -1

    answered = asking(Picky()).try_to_ask([given])

    assert answered is not None
    assert sorted(answered.rows[0]) == sorted(given[given >= 0])
    np.testing.assert_array_equal(answered.predictions.values[:, 0], answered.rows[0])


def test_original_that_refuses_everything_gives_no_rows() -> None:
    assert asking(Picky()).try_to_ask([np.full(100, -1.0)]) is None


def test_asking_ends_with_the_time() -> None:
    slow = Picky()
    slow.seconds = 0.05

    answered = asking(slow, seconds=0.2).try_to_ask([np.arange(3_200.0)])

    assert answered is not None
    assert 32 <= len(answered.rows[0]) < 3_200


def test_slow_and_wide_models_get_fewer_rows() -> None:
    light, slow, wide = Budget(FULL, 10, 10), Budget(FULL, 10, 10), Budget(FULL, 10, 100_000)
    light.settle(1e-6, 1)
    slow.settle(0.01, 1)
    wide.settle(1e-6, 1)

    assert light.rows(FULL.typical) == FULL.typical
    assert 0 < slow.rows(FULL.typical) < FULL.typical / 10
    assert wide.rows(FULL.typical) * 100_000 <= 1 << 24


def test_batches_are_small_where_every_stored_row_is_compared() -> None:
    model = KNeighborsClassifier().fit(np.tile(ROWS, (400, 1)), np.tile(KINDS, 400))
    layout = layout_for(columns_of(model))

    assert width_of(model, layout) == len(ROWS) * 400
    assert Budget(FULL, width_of(model, layout), 4).batch < LEAST
    assert Budget(FULL, width_of(LogisticRegression(), Layout(layout.columns)), 4).batch > LEAST


@pytest.mark.parametrize(
    ("model", "kinds", "reason"),
    [
        pytest.param(
            make_pipeline(StandardScaler(), LogisticRegression()),
            {"typical", "magnitudes", "boundaries"},
            "float64: the original computes in it",
            id="no threshold",
        ),
        pytest.param(
            RandomForestClassifier(10, random_state=0),
            {"typical", "thresholds", "magnitudes", "boundaries", "missing"},
            "float32: the original rounds its input to float32",
            id="trees alone",
        ),
        pytest.param(
            make_pipeline(StandardScaler(), RandomForestClassifier(10, random_state=0)),
            {"typical", "thresholds", "magnitudes", "boundaries"},
            "float64: thresholds are compared with the numbers that scikit-learn compares",
            id="scaled trees",
        ),
    ],
)
def test_report_counts_kinds_and_gives_the_reason_of_its_type(
    model: Any, kinds: set[str], reason: str, tmp_path: Any
) -> None:
    report = convert_estimator(model.fit(ROWS, KINDS), tmp_path / "model.onnx").parity

    assert kinds <= set(report.probes) <= set(PROBES)
    assert report.rows == sum(report.probes.values()) >= 4_000
    assert report.reason is not None
    assert report.reason.startswith(reason)


def test_very_slow_original_is_still_compared_on_the_least_rows(tmp_path: Any) -> None:
    model = KNeighborsClassifier().fit(ROWS, KINDS)

    report = convert_estimator(model, tmp_path / "model.onnx", effort=Effort(seconds=0.0)).parity

    assert report.probes == {"typical": LEAST}
