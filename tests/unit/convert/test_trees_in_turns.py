"""What the benchmark of trees measures beside each other predicts the same."""

from pathlib import Path

import numpy as np
import pytest
from lightgbm import LGBMClassifier
from sklearn.ensemble import RandomForestClassifier

from bench.scripts import trees_in_turns
from bench.trees import Case, write

CASES = [
    Case("boosted", LGBMClassifier(n_estimators=60, n_jobs=1, verbose=-1)),
    Case("boosted", LGBMClassifier(n_estimators=20, n_jobs=1, verbose=-1), 3),
    Case("forest", RandomForestClassifier(40, n_jobs=1, random_state=0)),
    Case("forest", RandomForestClassifier(40, max_depth=5, n_jobs=1, random_state=0), 3),
]


@pytest.mark.parametrize("case", CASES)
def test_ours_and_the_library_that_fitted_the_model_agree(case: Case, tmp_path: Path) -> None:
    write(case, "model", tmp_path, rows=600)
    rows = np.load(tmp_path / "rows.npy")

    predicting = trees_in_turns.predictors(tmp_path, "model", ("InferX", "library"))

    assert trees_in_turns.farthest(predicting, rows) < 1e-6


def test_another_models_predictions_are_far_from_ours(tmp_path: Path) -> None:
    write(CASES[0], "model", tmp_path, rows=600)
    rows = np.load(tmp_path / "rows.npy")
    predicting = trees_in_turns.predictors(tmp_path, "model", ("InferX", "library"))
    dtype, predict = predicting["library"]

    predicting["library"] = dtype, lambda rows: 1 - predict(rows)

    assert trees_in_turns.farthest(predicting, rows) > 0.1


def test_three_classes_are_boosted_by_three_trees_an_iteration() -> None:
    assert [case.trees for case in CASES] == [60, 60, 40, 40]
