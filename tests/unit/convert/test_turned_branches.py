"""Turned branches lead every row to the leaf that it reached before."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from lightgbm import LGBMClassifier, LGBMRegressor
from sklearn.datasets import make_classification
from sklearn.ensemble import (
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
    RandomForestRegressor,
)
from xgboost import XGBClassifier

from converter.estimators import convert
from converter.estimators.probes.effort import Effort
from converter.tree_ensembles import better_forms
from converter.tree_ensembles.classic import CLASSIC, Ensemble, read
from converter.tree_ensembles.targets import by_target
from converter.tree_ensembles.turning import popularity, turned
from converter.tree_ensembles.widened import with_turned_branches
from exported import graph

QUICK = Effort(0.1, 256, 64, 64, 64, 64, 64, 16, 256, 16)
COLUMNS = 6
ROWS, TWO = make_classification(900, COLUMNS, n_informative=4, n_redundant=0, random_state=0)
THREE = (TWO + (ROWS[:, 0] > 0)).astype(int)
GAPS = np.where(np.random.default_rng(0).random(ROWS.shape) < 0.1, np.nan, ROWS)

MODELS = [
    pytest.param(RandomForestClassifier(60, random_state=0), ROWS, TWO, id="forest"),
    pytest.param(RandomForestClassifier(60, random_state=0), GAPS, THREE, id="forest with gaps"),
    pytest.param(
        RandomForestClassifier(80, max_depth=5, random_state=0), ROWS, THREE, id="mixed leaves"
    ),
    pytest.param(RandomForestRegressor(60, random_state=0), ROWS, ROWS[:, 1], id="regression"),
    pytest.param(GradientBoostingClassifier(max_depth=4), ROWS, TWO, id="boosting"),
    pytest.param(HistGradientBoostingClassifier(max_iter=90), GAPS, TWO, id="histograms with gaps"),
    pytest.param(LGBMClassifier(n_jobs=1, verbose=-1), ROWS, THREE, id="LightGBM"),
    pytest.param(LGBMRegressor(n_jobs=1, verbose=-1), GAPS, ROWS[:, 1], id="LightGBM with gaps"),
    pytest.param(XGBClassifier(n_estimators=90), ROWS, TWO, id="XGBoost"),
    pytest.param(XGBClassifier(n_estimators=90), GAPS, THREE, id="XGBoost with gaps"),
]


@pytest.fixture
def classic(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """Return what converts a fitted model up to its classic operators."""

    def of(model: Any) -> onnx.ModelProto:
        seen: list[onnx.ModelProto] = []

        def watched(model: onnx.ModelProto) -> Iterator[onnx.ModelProto]:
            seen.append(model)
            return iter(())

        monkeypatch.setattr(convert, "better_forms", watched)
        convert.convert_estimator(model, tmp_path / "model.onnx", effort=QUICK)
        return seen[0]

    return of


def ensembles_of(model: onnx.ModelProto) -> list[Ensemble]:
    found = [read(node) for node in model.graph.node if node.op_type in CLASSIC]
    return [ensemble for ensemble in found if ensemble is not None]


def edges(model: onnx.ModelProto) -> Any:
    """Return rows on thresholds and on the numbers beside them, infinite ones and zeros."""
    draw = np.random.default_rng(1)
    rows = draw.normal(size=(4_000, COLUMNS))
    for ensemble in ensembles_of(model):
        nodes = draw.choice(np.flatnonzero(ensemble.inner), len(rows))
        splits = ensemble.splits[nodes]
        beside = [splits, np.nextafter(splits, np.inf), np.nextafter(splits, -np.inf)]
        column = ensemble.features[nodes]
        rows[np.arange(len(rows)), column] = np.choose(draw.integers(3, size=len(rows)), beside)
    special = np.array([np.nan, np.inf, -np.inf, 0.0, -0.0, 1e-35, -1e-35, 1e30, -1e30])
    return np.where(draw.random(rows.shape) < 0.2, draw.choice(special, rows.shape), rows)


def outputs(model: onnx.ModelProto, rows: Any, folder: Path) -> list[Any]:
    onnx.save(model, folder / "asked.onnx")
    session = graph.open_session(folder / "asked.onnx")
    double = session.get_inputs()[0].type == "tensor(double)"
    given: list[Any] = session.run(None, {"X": rows.astype("float64" if double else "float32")})
    return given


@pytest.mark.parametrize(("model", "rows", "target"), MODELS)
def test_every_row_reaches_its_leaf(
    model: Any, rows: Any, target: Any, classic: Any, tmp_path: Path
) -> None:
    before = classic(model.fit(rows, target))
    asked = edges(before)

    after = with_turned_branches(before)

    assert after is not None
    expected = outputs(before, asked, tmp_path)
    for form in (after, *better_forms(before)):
        for left, right in zip(expected, outputs(form, asked, tmp_path), strict=True):
            np.testing.assert_array_equal(left, right)


@pytest.mark.parametrize(("model", "rows", "target"), MODELS)
def test_most_rows_of_training_leave_a_branch_by_a_false_condition(
    model: Any, rows: Any, target: Any, classic: Any
) -> None:
    for ensemble in ensembles_of(classic(model.fit(rows, target))):
        found = turned(ensemble, COLUMNS)

        assert found is not None
        hits, after = popularity(ensemble), found.ensemble
        inner = after.inner & np.isfinite(ensemble.splits)
        assert (hits[after.true[inner]] <= hits[after.false[inner]]).all()
        assert (hits[ensemble.true[inner]] > hits[ensemble.false[inner]]).any()


def test_popularity_of_nodes_is_that_of_training(classic: Any) -> None:
    model = LGBMClassifier(n_jobs=1, verbose=-1).fit(ROWS, TWO)

    (ensemble,) = ensembles_of(classic(model))

    assert set(popularity(ensemble)[ensemble.roots]) == {len(ROWS)}


def test_leaves_below_stand_for_a_popularity_that_is_not_known(classic: Any) -> None:
    (ensemble,) = ensembles_of(classic(RandomForestClassifier(60).fit(ROWS, TWO)))
    unknown = replace(ensemble, hits=None)

    leaves = popularity(unknown)

    assert leaves[unknown.roots].sum() == (~unknown.inner).sum()


def test_few_comparisons_are_left_as_they_are(classic: Any) -> None:
    model = classic(RandomForestClassifier(5, random_state=0).fit(ROWS, TWO))

    assert with_turned_branches(model) is None


def test_wide_input_of_few_comparisons_is_left_as_it_is(classic: Any) -> None:
    (ensemble,) = ensembles_of(classic(RandomForestClassifier(60).fit(ROWS, TWO)))

    assert turned(ensemble, 100_000) is None


def test_condition_that_no_number_meets_is_left_as_it_is(classic: Any) -> None:
    (ensemble,) = ensembles_of(classic(XGBClassifier(n_estimators=90).fit(ROWS, TWO)))
    one = np.arange(len(ensemble.splits)) == np.flatnonzero(ensemble.inner)[0]
    splits = np.where(one, np.float32(-np.inf), ensemble.splits)

    assert turned(replace(ensemble, splits=splits), COLUMNS) is None


def test_trees_over_the_same_input_share_its_wider_form(classic: Any) -> None:
    model = RandomForestClassifier(60, random_state=0).fit(ROWS, np.stack([TWO, THREE], 1))

    after = with_turned_branches(classic(model))

    assert after is not None
    kinds = [node.op_type for node in after.graph.node]
    assert kinds.count("Neg") == 1
    assert sum(kind in CLASSIC for kind in kinds) == 2


def test_boosted_classes_are_summed_each_by_a_node(classic: Any) -> None:
    (ensemble,) = ensembles_of(classic(LGBMClassifier(n_jobs=1, verbose=-1).fit(ROWS, THREE)))

    parts = by_target(ensemble)

    assert [len(part.roots) for part in parts] == [100, 100, 100]
    assert sum(len(part.weights) for part in parts) == len(ensemble.weights)


def test_trees_that_vote_for_several_classes_stay_together(classic: Any) -> None:
    (ensemble,) = ensembles_of(classic(RandomForestClassifier(60).fit(ROWS, THREE)))

    assert by_target(ensemble) == []
