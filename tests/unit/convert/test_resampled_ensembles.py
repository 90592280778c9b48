"""Ensembles of imbalanced-learn are served as the scikit-learn models that they are."""

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.ensemble import AdaBoostClassifier, BaggingClassifier, RandomForestClassifier
from sklearn.pipeline import Pipeline
from sklearn.tree import DecisionTreeClassifier

from converter.estimators.convert import convert_estimator
from converter.loading import load_estimator
from tests.support.graph_runs import run
from tests.unit.convert.writing import by_name, dumped

ROWS, LABELS = load_iris(return_X_y=True)
TREE = DecisionTreeClassifier(max_depth=3)
STUMP = DecisionTreeClassifier(max_depth=1)


class RandomUnderSampler:
    """Stands for imbalanced-learn's sampler."""

    def __init__(self) -> None:
        self.sampling_strategy = "auto"


def behind_samplers(model: BaggingClassifier) -> None:
    """Put a sampler before each member, as ensembles of imbalanced-learn keep them."""
    model.estimators_ = [
        Pipeline([("sampler", RandomUnderSampler()), ("classifier", member)])
        for member in model.estimators_
    ]


@pytest.mark.parametrize("protocol", [0, 4])
@pytest.mark.parametrize(
    ("model", "module", "name"),
    [
        (BaggingClassifier(TREE, n_estimators=3), "_bagging", "BalancedBaggingClassifier"),
        (
            BaggingClassifier(AdaBoostClassifier(STUMP, n_estimators=1), n_estimators=2),
            "_easy_ensemble",
            "EasyEnsembleClassifier",
        ),
        (RandomForestClassifier(3), "_forest", "BalancedRandomForestClassifier"),
        (AdaBoostClassifier(STUMP, n_estimators=3), "_weight_boosting", "RUSBoostClassifier"),
    ],
)
def test_ensemble_over_resampled_rows_is_served_as_it_predicts(
    model: Any, module: str, name: str, protocol: int, tmp_path: Path
) -> None:
    model.fit(ROWS, LABELS)
    rows = ROWS.astype("f4")
    expected = model.predict_proba(rows)
    model = pickle.loads(pickle.dumps(model))  # another test fits the same one
    if isinstance(model, BaggingClassifier):
        behind_samplers(model)
    model.samplers_ = [RandomUnderSampler()]
    sampler = "imblearn.under_sampling._prototype_selection._random_under_sampler"
    written = {
        type(model): by_name(f"imblearn.ensemble.{module}", name),
        Pipeline: by_name("imblearn.pipeline", "Pipeline"),
        RandomUnderSampler: by_name(sampler, "RandomUnderSampler"),
    }
    (tmp_path / "source").write_bytes(dumped(model, protocol, written))

    convert_estimator(load_estimator(tmp_path / "source"), tmp_path / "model.onnx")

    _, chances = run(tmp_path / "model.onnx", rows)
    np.testing.assert_allclose(chances, expected, atol=1e-6)


def test_steps_that_do_nothing_are_left_out_wherever_a_pipeline_is(tmp_path: Path) -> None:
    member = Pipeline([("nothing", "passthrough"), ("tree", TREE)])
    model = BaggingClassifier(member, n_estimators=2, random_state=0).fit(ROWS, LABELS)
    (tmp_path / "source").write_bytes(pickle.dumps(model))

    loaded = load_estimator(tmp_path / "source")

    assert [len(pipeline.steps) for pipeline in loaded.estimators_] == [1, 1]
    np.testing.assert_array_equal(loaded.predict_proba(ROWS), model.predict_proba(ROWS))


def test_pipeline_of_nothing_but_idle_steps_stays(tmp_path: Path) -> None:
    model = Pipeline([("nothing", "passthrough")]).fit(ROWS)
    (tmp_path / "source").write_bytes(pickle.dumps(model))

    np.testing.assert_array_equal(load_estimator(tmp_path / "source").transform(ROWS), ROWS)
