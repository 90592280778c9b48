"""Boosting and forests of scikit-learn up to 1.1 predict as they did."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.ensemble import (
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    IsolationForest,
)
from sklearn.linear_model import SGDClassifier

from converter.loading.inert import (
    BinaryCrossEntropy,
    CategoricalCrossEntropy,
    HuberLossFunction,
)
from inferx.errors import Refused
from tests.unit.convert.older import LABELS, ROWS, SMALL, load, without
from tests.unit.convert.writing import by_name


@pytest.mark.parametrize(
    ("model", "values"),
    [
        (SGDClassifier(loss="log_loss", random_state=0), {"loss": "log"}),
        (GradientBoostingRegressor(n_estimators=2), {"loss": "ls"}),
        (HistGradientBoostingClassifier(max_iter=2), {"loss": "categorical_crossentropy"}),
    ],
)
def test_parameter_gets_the_value_of_today(
    model: Any, values: dict[str, str], tmp_path: Path
) -> None:
    now = model.fit(SMALL, LABELS).get_params()
    vars(model).update(values)

    loaded = load(model, tmp_path, "1.0.2")

    assert loaded.get_params() == now


def test_forest_that_judged_outliers_in_the_old_way_is_refused(tmp_path: Path) -> None:
    model = IsolationForest(n_estimators=2).fit(ROWS)
    model._threshold_ = -0.1

    with pytest.raises(Refused, match="behaviour='old'"):
        load(model, tmp_path, "0.21.3")


@pytest.mark.parametrize(
    ("model", "labels", "loss"),
    [
        (GradientBoostingRegressor(loss="huber", n_estimators=3), LABELS, HuberLossFunction),
        (HistGradientBoostingClassifier(max_iter=3), LABELS, CategoricalCrossEntropy),
        (HistGradientBoostingClassifier(max_iter=3), LABELS > 0, BinaryCrossEntropy),
    ],
)
def test_boosting_with_a_loss_that_is_gone_predicts_as_before(
    model: Any, labels: Any, loss: type[Any], tmp_path: Path
) -> None:
    model.fit(ROWS, labels)
    expected = model.predict(ROWS)
    vars(model).pop("_loss")
    model.loss_ = loss()
    if hasattr(model, "_baseline_prediction"):
        model._baseline_prediction = model._baseline_prediction.reshape(-1, 1)
    of_then = by_name("sklearn.ensemble._gb_losses", loss.__name__)

    loaded = load(model, tmp_path, "0.24.2", {loss: of_then})

    np.testing.assert_array_equal(loaded.predict(ROWS), expected)


def test_histogram_trees_from_before_categories_are_laid_out_anew(tmp_path: Path) -> None:
    model = HistGradientBoostingClassifier(max_iter=3).fit(ROWS, LABELS)
    expected = model.predict_proba(ROWS)
    for tree in [tree for trees in model._predictors for tree in trees]:
        kept = [
            name for name in tree.nodes.dtype.names if name not in ("is_categorical", "bitset_idx")
        ]
        tree.nodes = np.array(
            tree.nodes[kept].tolist(),
            dtype=[(name.replace("num_", ""), tree.nodes.dtype[name]) for name in kept],
        )
        del tree.raw_left_cat_bitsets, tree.binned_left_cat_bitsets
    del model._bin_mapper.is_categorical_
    without(_bin_mapper="bin_mapper_")(model)

    loaded = load(model, tmp_path, "0.22.2")

    np.testing.assert_array_equal(loaded.predict_proba(ROWS), expected)
