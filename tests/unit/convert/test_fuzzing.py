"""The fuzzing of conversions: it repeats itself, and it finds what is wrong."""

from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression, Ridge

from converter.estimators.convert import convert_estimator
from inferx.errors import Refused
from tools.conversion import trial
from tools.conversion.fuzz.cases import drawn, fresh_rows
from tools.conversion.parameters import allowed_values
from tools.conversion.trial import Fresh, tried

pytestmark = pytest.mark.unit

ROWS = np.random.default_rng(0).normal(size=(60, 2))
FRESH = [Fresh(ROWS.tolist(), ROWS)]


def labelled(seed: int = 0) -> Any:
    labels = ROWS[:, seed] > 0
    return LogisticRegression().fit(ROWS, np.where(labels, "yes", "no"))


def converting(model: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a converter that converts another model than the one it is given."""
    monkeypatch.setattr(trial, "convert_estimator", lambda _, path: convert_estimator(model, path))


def failing(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> NoReturn:
        raise error

    monkeypatch.setattr(trial, "convert_estimator", fail)


def test_a_seed_draws_the_same_case_again() -> None:
    for seed in range(20):
        one, other = drawn(seed), drawn(seed)

        assert repr(one.model) == repr(other.model)
        assert repr(one.rows) == repr(other.rows)
        assert repr(fresh_rows(one, seed)) == repr(fresh_rows(other, seed))


def test_a_model_that_is_served_as_the_original_is_converted(tmp_path: Path) -> None:
    assert tried(labelled(), FRESH, tmp_path).kind == "converted"


def test_a_wrong_label_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    converting(labelled(seed=1), monkeypatch)

    outcome = tried(labelled(), FRESH, tmp_path)

    assert outcome.kind == "wrong"
    assert "of 60 rows differ, worst at [" in outcome.note


@pytest.mark.parametrize(("off", "kind"), [(1e-3, "wrong"), (1e-7, "converted")])
def test_a_value_over_the_bar_is_found(
    off: float, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, other = (Ridge().fit(ROWS, ROWS @ [1, 2] + 5) for _ in range(2))
    other.intercept_ += 5 * off
    converting(other, monkeypatch)

    assert tried(model, FRESH, tmp_path).kind == kind


def test_rows_that_the_signature_refuses_are_left_out(tmp_path: Path) -> None:
    rows: list[list[Any]] = [[None, 1.0]]
    model = Ridge().fit(ROWS, ROWS @ [1, 2])

    assert tried(model, [Fresh(rows, np.zeros((1, 2)))], tmp_path).kind == "converted"


def test_an_exception_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    failing(IndexError("index 2 is out of bounds"), monkeypatch)

    assert tried(labelled(), FRESH, tmp_path).kind == "raised"


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("LogisticRegression has no ONNX form here.", "refused"),
        ("list index out of range", "vague"),
    ],
)
def test_a_refusal_names_a_part_of_the_model(
    sentence: str, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing(Refused(sentence), monkeypatch)

    assert tried(labelled(), FRESH, tmp_path) == trial.Outcome(kind, sentence)


def test_parameters_are_drawn_from_what_scikit_learn_allows() -> None:
    values = allowed_values(LogisticRegression)

    assert values["fit_intercept"] == [False]
    assert "saga" in values["solver"]
    assert all(value is None or value > 0 for value in values["C"])
    assert "n_jobs" not in values
