"""Models on which `make fuzz-conversion` and `make coverage-parameters` found a fault."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.feature_extraction import FeatureHasher
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.multioutput import ClassifierChain
from sklearn.neighbors import RadiusNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, RobustScaler

from converter.estimators.probes.sources import of_input, outputs_of
from tools.conversion.trial import Fresh, Outcome, tried

pytestmark = pytest.mark.unit

_DRAW = np.random.default_rng(0)
ROWS = _DRAW.normal(20, 5, size=(150, 3))
NEW = _DRAW.normal(20, 5, size=(200, 3))
LABELS = (ROWS[:, 0] > 20).astype(int)


def served(model: Any, workspace: Path, new: Any = NEW) -> Outcome:
    """Convert a fitted model and compare what is served for new rows."""
    return tried(model, [Fresh(new.tolist(), new)], workspace)


def test_boosting_whose_leaves_are_all_zero_is_served(tmp_path: Path) -> None:
    boosting = GradientBoostingClassifier(n_estimators=3, learning_rate=0.0)

    assert served(boosting.fit(ROWS, LABELS + (ROWS[:, 1] > 25)), tmp_path).kind == "converted"


def test_members_of_a_chain_that_scale_their_columns_are_served(tmp_path: Path) -> None:
    chain = ClassifierChain(make_pipeline(RobustScaler(), LogisticRegression()))

    outcome = served(chain.fit(ROWS, np.column_stack([LABELS, ROWS[:, 1] > 20])), tmp_path)

    assert outcome.kind == "converted"


def test_a_model_without_columns_is_refused_by_its_name(tmp_path: Path) -> None:
    outcome = served(FeatureHasher(8).fit([{"a": 1}]), tmp_path)

    assert outcome.kind == "refused"
    assert outcome.note.startswith("FeatureHasher does not say how many features it takes")


@pytest.mark.filterwarnings("ignore:Label not:UserWarning")
def test_probabilities_of_a_class_that_is_not_there_are_refused(tmp_path: Path) -> None:
    model = OneVsRestClassifier(LogisticRegression()).fit(ROWS, np.ones(len(ROWS)))

    outcome = served(model, tmp_path)

    assert outcome.note == (
        "OneVsRestClassifier was fitted to one class and gives probabilities of two; fit it to "
        "two classes or more."
    )


def test_neighbours_without_a_radius_are_refused_by_their_name(tmp_path: Path) -> None:
    model = RadiusNeighborsClassifier(radius=None).fit(ROWS, LABELS)

    assert served(model, tmp_path).note.startswith("RadiusNeighborsClassifier itself fails")


def test_an_indicator_beside_that_of_missing_values_leads_back_to_its_category() -> None:
    encoder = OneHotEncoder().fit(np.array([["a"], ["b"], [np.nan]], dtype=object))

    sources = outputs_of(encoder, of_input(1))

    assert sources is not None
    assert sources[1] is not None
    assert sources[1].back(np.array([1.0])).tolist() == ["b"]
