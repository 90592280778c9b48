"""Models of very many features or terms: described shortly, and converted without looking twice."""

import json
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from skl2onnx.common.utils_sklearn import enumerate_model_names
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline

from converter.estimators import convert
from converter.estimators.columns import NUMBER, Column
from converter.estimators.convert import ConvertedEstimator, convert_estimator
from converter.estimators.hunting import hunted
from converter.estimators.layout import Layout, Rows, layout_for
from converter.estimators.original import ask
from converter.estimators.predictions import Predictions, graph_predictions
from converter.estimators.probes.boundaries import of_labels
from converter.estimators.probes.effort import FULL, Effort
from converter.estimators.probes.magnitudes import of_magnitudes
from converter.estimators.probes.rows import count
from converter.estimators.running import Running
from converter.estimators.texts import unlisted_vocabularies
from inferx.serving.model import Model

WIDTH = 20_000


def wide(names: list[str] | None, tmp_path: Path) -> tuple[Any, ConvertedEstimator, Any]:
    rows = np.random.default_rng(0).normal(size=(40, WIDTH))
    model = LogisticRegression(max_iter=20).fit(rows, rows[:, 0] > 0)
    if names is not None:
        model.feature_names_in_ = np.array(names, dtype=object)
    converted = convert_estimator(model, tmp_path / "model.onnx")
    return model, converted, rows


def test_columns_without_names_are_described_in_a_few_bytes(tmp_path: Path) -> None:
    model, converted, rows = wide(None, tmp_path)

    assert len(json.dumps(converted.signature.to_dict())) < 1_000
    answer, _ = Model(tmp_path / "model.onnx").predict(rows.tolist())
    assert answer["prediction"] == model.predict(rows).tolist()


def test_rows_by_name_are_taken_in_any_order(tmp_path: Path) -> None:
    names = [f"gene {column}" for column in range(WIDTH)]
    _, converted, rows = wide(names, tmp_path)

    assert len(json.dumps(converted.signature.to_dict())) < 400_000
    served = Model(tmp_path / "model.onnx")
    row = dict(zip(names, rows[0].tolist(), strict=True))
    turned = dict(reversed(row.items()))
    assert served.predict(turned) == served.predict(rows[0].tolist())


def test_terms_are_not_taken_for_estimators_by_skl2onnx() -> None:
    vectorizer = TfidfVectorizer().fit([" ".join(f"word{term}" for term in range(500))])
    pipeline = make_pipeline(vectorizer, LogisticRegression())
    vocabulary = vectorizer.vocabulary_

    with unlisted_vocabularies([vectorizer]):
        assert len(list(enumerate_model_names(pipeline))) < 50

    assert vectorizer.vocabulary_ is vocabulary


def test_of_very_many_columns_a_thousand_all_over_them_get_unusual_numbers() -> None:
    typical = list(np.random.default_rng(0).normal(size=(WIDTH, 40)))
    layout = layout_for([Column(None, "number")] * WIDTH)

    rows = of_magnitudes(layout, typical, 64, np.random.default_rng(1))

    assert rows is not None
    changed = [at for at in range(WIDTH) if not np.array_equal(rows[at][:40], typical[at])]
    assert len(changed) == 1_024
    assert (changed[0], changed[-1]) == (0, WIDTH - 1)


def test_a_slow_graph_is_timed_on_a_few_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = np.random.default_rng(0).normal(size=(40, 3))
    model = LinearRegression().fit(rows, rows[:, 0])
    convert_estimator(model, tmp_path / "model.onnx")
    original = ask(model, Effort(pairs=0, searched=0))
    batch = original.budget.batch
    running = Running(tmp_path / "model.onnx", original.layout, "float64", "regression", batch)
    run: list[int] = []

    def slowly(rows: Rows) -> Predictions:
        run.append(count(rows))
        time.sleep(0.1)
        return graph_predictions(running.outputs(rows), "regression")

    monkeypatch.setattr(running, "predictions", slowly)
    hunted(original, running, lambda: None)

    assert run == [16]


def test_models_of_very_many_outputs_are_asked_for_fewer_rows() -> None:
    terms = " ".join(f"word{term}" for term in range(WIDTH))
    few, many = TfidfVectorizer().fit(["one word and another"]), TfidfVectorizer().fit([terms])

    asked = [ask(model, FULL).budget.rows(1_000) for model in (few, many)]

    assert asked[0] == 1_000
    assert asked[1] * WIDTH * 8 < 1 << 27


def test_running_out_of_memory_is_not_taken_for_a_missing_form(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = LinearRegression().fit([[0.0], [1.0]], [0.0, 1.0])

    def without_memory(*_: Any) -> None:
        raise MemoryError

    monkeypatch.setattr(convert, "judge", without_memory)
    with pytest.raises(MemoryError):
        convert_estimator(model, tmp_path / "model.onnx")


def test_boundaries_of_very_many_columns_are_found_in_seconds() -> None:
    width = 50_000
    layout = Layout(tuple(Column(None, NUMBER) for _ in range(width)))
    rows = list(np.random.default_rng(0).normal(size=(width, 8)))

    started = time.monotonic()
    found = of_labels(lambda given: Predictions(given[0] > 0), layout, rows, 4, lambda: 1.0)

    assert found is not None
    assert time.monotonic() - started < 15  # a set made anew for each column took 30
