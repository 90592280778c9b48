"""Trees of releases that refused NaN go on refusing it."""

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.ensemble import ExtraTreesClassifier, RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier, ExtraTreeClassifier

from converter.estimators.convert import convert_estimator
from converter.loading import load_estimator

TREE = DecisionTreeClassifier(max_depth=3)
FOREST = RandomForestClassifier(5, max_depth=3)
EXTRA_TREE = ExtraTreeClassifier(max_depth=3)
EXTRA_TREES = ExtraTreesClassifier(5, max_depth=3)


@pytest.mark.parametrize(
    ("model", "saved_by", "nullable"),
    [
        (TREE, "1.3.0", True),
        (FOREST, "1.3.2", False),
        (FOREST, "1.4.0", True),
        (EXTRA_TREE, "1.5.2", False),
        (EXTRA_TREES, "1.5.2", False),
        (EXTRA_TREES, "1.6.1", True),
        (EXTRA_TREES, None, True),
        (make_pipeline(StandardScaler(), FOREST), "1.3.2", False),
        (make_pipeline(SimpleImputer(), FOREST), "1.3.2", True),
    ],
)
def test_trees_take_null_since_the_release_that_took_nan(
    model: Any, saved_by: str | None, nullable: bool, tmp_path: Path
) -> None:
    rows = np.random.default_rng(0).normal(size=(200, 3))
    model.fit(rows, rows[:, 0] + rows[:, 1] > 0)
    (tmp_path / "source").write_bytes(pickle.dumps(model))

    loaded = load_estimator(tmp_path / "source", saved_by)
    converted = convert_estimator(loaded, tmp_path / "model.onnx")

    features = converted.signature.features or ()
    assert [feature.nullable for feature in features] == [nullable] * 3
