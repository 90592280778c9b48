"""Too little memory is never taken for what the model or its graph refuses."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LinearRegression

from converter.estimators import hunting, special_values
from converter.estimators.asking import Asking
from converter.estimators.convert import convert_estimator
from converter.estimators.diagnosis import culprit_in
from converter.estimators.layout import Rows
from converter.estimators.original import ask
from converter.estimators.probes.effort import FULL, MOST_CELLS, Effort
from converter.estimators.probes.rows import count
from converter.estimators.running import Running
from inferx.onnx_session import RUN_ERRORS

ROWS, LABELS = load_iris(return_X_y=True)
QUICK = Effort(pairs=0, searched=0)


def boosted() -> Any:
    return HistGradientBoostingClassifier(max_iter=3).fit(ROWS, LABELS)


def without_memory(*_: Any, **__: Any) -> Any:
    raise MemoryError


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [("_MISSING", "Missing values are refused"), ("_INFINITE", "Infinite numbers are refused")],
)
def test_values_refused_for_want_of_memory_are_reported(
    rows: str, sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = getattr(special_values, rows)
    monkeypatch.setattr(special_values, rows, replace(kind, rows=without_memory))

    result = convert_estimator(boosted(), tmp_path / "model.onnx", effort=QUICK)

    taken = {"_MISSING": "nullable", "_INFINITE": "infinite"}[rows]
    assert not any(getattr(each, taken) for each in result.signature.features or ())
    assert [each for each in result.warnings if sentence in each and "more memory" in each]


def test_rows_with_missing_values_of_very_wide_models_are_few(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(special_values, "MOST_CELLS", 4 * 100)
    original = ask(boosted(), QUICK)
    convert_estimator(boosted(), tmp_path / "model.onnx", effort=QUICK)
    running = Running(tmp_path / "model.onnx", original.layout, "float64", original.task, 64)

    settled = special_values.settle(original, running)

    assert {kind: each.report.rows for kind, each in settled.verdicts.items()} == {
        "missing": 100,
        "infinite": 100,
    }
    assert MOST_CELLS // 250_000 > special_values._FEWEST


def test_rows_too_large_together_are_asked_for_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    original = ask(LinearRegression().fit(ROWS, LABELS), QUICK)
    usual = Asking._predicted

    def few_at_once(self: Asking, rows: Rows) -> Any:
        if count(rows) > 3:
            raise MemoryError
        return usual(self, rows)

    monkeypatch.setattr(Asking, "_predicted", few_at_once)

    answered = original.asking.try_to_ask(original.typical.rows)

    assert answered is not None
    assert count(answered.rows) == count(original.typical.rows)


def test_a_single_row_that_is_too_large_ends_the_conversion(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    original = ask(LinearRegression().fit(ROWS, LABELS), QUICK)
    monkeypatch.setattr(Asking, "_predicted", without_memory)

    with pytest.raises(MemoryError):
        original.asking.try_to_ask(original.typical.rows)


def test_an_original_without_memory_is_not_asked_for_a_narrower_domain(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Asking, "_predicted", without_memory)

    with pytest.raises(MemoryError):
        ask(LinearRegression().fit(ROWS, LABELS), FULL)


def test_a_search_that_ends_for_want_of_memory_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hunting, "of_differences", without_memory)

    result = convert_estimator(LinearRegression().fit(ROWS, LABELS), tmp_path / "model.onnx")

    assert "differential" not in result.parity.probes
    assert [each for each in result.warnings if "Not all searches" in each]


def test_the_runtime_without_memory_has_no_other_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = LinearRegression().fit(ROWS, LABELS)
    convert_estimator(model, tmp_path / "model.onnx", effort=QUICK)
    original = ask(model, QUICK)
    running = Running(tmp_path / "model.onnx", original.layout, "float64", "regression", 64)

    class Full:
        def run(self, *_: Any) -> Any:
            raise RUN_ERRORS[0]("bad allocation")

    monkeypatch.setattr(running, "_session", Full())

    with pytest.raises(MemoryError):
        running.predictions([np.zeros(1)] * 4)


def test_a_step_that_is_too_large_is_not_the_step_without_a_form(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("converter.estimators.diagnosis.export", without_memory)

    with pytest.raises(MemoryError):
        culprit_in(LinearRegression().fit(ROWS, LABELS), "float64", tmp_path)
