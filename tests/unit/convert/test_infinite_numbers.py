"""Infinite numbers are taken in the columns in which the original takes them, and only there."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from lightgbm import LGBMClassifier
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import make_column_transformer
from sklearn.datasets import load_iris
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import (
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    VotingClassifier,
)
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from xgboost import XGBClassifier

from converter.estimators import special_values
from converter.estimators.asking import Answered, Asking
from converter.estimators.columns import Column
from converter.estimators.convert import ConvertedEstimator, convert_estimator
from converter.estimators.judging import judge
from converter.estimators.layout import Rows, layout_for
from converter.estimators.probes.infinite import of_infinities
from converter.estimators.probes.rows import count
from inferx.errors import BadInput
from inferx.serving.model import Model

ROWS, LABELS = load_iris(return_X_y=True)
INF = float("inf")


def histograms() -> HistGradientBoostingClassifier:
    return HistGradientBoostingClassifier(max_iter=5)


def lightgbm() -> LGBMClassifier:
    return LGBMClassifier(n_estimators=5, verbose=-1, n_jobs=1)


def converted(model: Any, directory: Path) -> ConvertedEstimator:
    return convert_estimator(model.fit(ROWS, LABELS), directory / "model.onnx")


def taken(converted: ConvertedEstimator) -> list[bool]:
    return [feature.infinite for feature in converted.signature.features or ()]


def infinite_rows(columns: list[int], number: int = 400) -> Any:
    draw = np.random.default_rng(7)
    rows = ROWS[draw.integers(0, len(ROWS), number)].copy()
    marks = np.zeros(rows.shape, dtype=bool)
    marks[:, columns] = draw.random((number, len(columns))) < 0.4
    rows[marks] = draw.choice([INF, -INF], int(marks.sum()))
    return rows


@pytest.mark.parametrize(
    "model",
    [
        pytest.param(histograms(), id="histograms"),
        pytest.param(lightgbm(), id="LightGBM"),
        pytest.param(XGBClassifier(n_estimators=5), id="XGBoost"),
        pytest.param(XGBClassifier(n_estimators=5, missing=INF), id="infinity as missing"),
        pytest.param(CalibratedClassifierCV(histograms()), id="calibrated"),
        pytest.param(
            VotingClassifier([("a", histograms()), ("b", lightgbm())], voting="soft"), id="vote"
        ),
        pytest.param(make_pipeline(FunctionTransformer(np.abs), histograms()), id="a function"),
        pytest.param(DummyClassifier(), id="constant"),
    ],
)
def test_infinite_numbers_get_the_predictions_of_an_original_that_takes_them(
    model: Any, tmp_path: Path
) -> None:
    result = converted(model, tmp_path)

    assert taken(result) == [True] * 4
    assert result.parity.probes["infinite"] == 512
    rows = infinite_rows([0, 1, 2, 3])
    predicted, _ = Model(tmp_path / "model.onnx").predict(rows.tolist())
    assert predicted["prediction"] == model.predict(rows).tolist()


@pytest.mark.parametrize(
    "model",
    [
        pytest.param(LinearRegression(), id="linear"),
        pytest.param(RandomForestClassifier(5), id="forest"),
        pytest.param(make_pipeline(StandardScaler(), histograms()), id="scaled"),
    ],
)
def test_infinite_numbers_are_refused_where_the_original_refuses_them(
    model: Any, tmp_path: Path
) -> None:
    result = converted(model, tmp_path)

    assert taken(result) == [False] * 4
    assert "infinite" not in result.parity.probes
    with pytest.raises(BadInput, match="Feature 2 is infinite"):
        Model(tmp_path / "model.onnx").predict([5.0, INF, 3.0, 1.0])


def test_columns_passed_through_to_trees_take_infinite_numbers_beside_scaled_ones(
    tmp_path: Path,
) -> None:
    columns = make_column_transformer((StandardScaler(), [0, 2]), remainder="passthrough")
    model = make_pipeline(columns, histograms())

    result = converted(model, tmp_path)

    assert taken(result) == [False, True, False, True]
    rows = infinite_rows([1, 3])
    served = Model(tmp_path / "model.onnx")
    assert served.predict(rows.tolist())[0]["prediction"] == model.predict(rows).tolist()
    with pytest.raises(BadInput, match="Feature 1 is infinite"):
        served.predict([INF, 3.0, 3.0, 1.0])


def test_trees_that_learned_from_infinite_numbers_send_them_the_way_they_learned(
    tmp_path: Path,
) -> None:
    rows = np.where(np.random.default_rng(0).random(ROWS.shape) < 0.2, INF, ROWS)
    model = HistGradientBoostingRegressor(max_iter=10).fit(rows, LABELS)

    convert_estimator(model, tmp_path / "model.onnx")

    given = infinite_rows([0, 1, 2, 3])
    predicted, _ = Model(tmp_path / "model.onnx").predict(given.tolist())
    np.testing.assert_allclose(predicted["prediction"], model.predict(given), rtol=1e-5)


def test_columns_in_which_the_graph_predicts_otherwise_take_none_with_a_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unlike(probes: Any, running: Any, typical: Any) -> Any:
        answered = probes.get("infinite")
        if answered is not None and np.isinf(answered.rows[1]).any():
            raise ValueError("the graph fails on them")
        return judge(probes, running, typical)

    monkeypatch.setattr(special_values, "judge", unlike)

    result = converted(histograms(), tmp_path)

    assert taken(result) == [True, False, True, True]
    assert any("Infinite numbers are refused in some columns" in each for each in result.warnings)


def test_most_columns_are_found_by_halves_with_few_questions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = np.random.default_rng(0).normal(size=(60, 300))
    columns = make_column_transformer((StandardScaler(), list(range(100))), remainder="passthrough")
    model = make_pipeline(columns, histograms()).fit(rows, rows[:, 200] > 0)
    questions: list[Rows] = []
    usual = Asking.ask

    def ask(self: Asking, rows: Rows) -> Answered:
        if count(rows) == 2:
            questions.append(rows)
        return usual(self, rows)

    monkeypatch.setattr(Asking, "ask", ask)

    result = convert_estimator(model, tmp_path / "model.onnx")

    assert taken(result)[150:] == [True] * 150
    assert 0 < len(questions) <= 128


def test_each_column_is_infinite_alone_with_either_sign_and_both_signs_meet() -> None:
    layout = layout_for([Column(None, "number", infinite=True, nullable=True)] * 3)
    typical = list(np.random.default_rng(0).normal(size=(3, 100)))

    rows = np.column_stack(of_infinities(layout, typical, 300, np.random.default_rng(0)))

    patterns = {tuple(np.where(np.isinf(row), np.sign(row), 0).tolist()) for row in rows}
    for sign in (1.0, -1.0):
        alone = {tuple(sign * (place == column) for place in range(3)) for column in range(3)}
        assert patterns >= {*alone, (sign, sign, sign)}
    assert any({1.0, -1.0} <= set(pattern) for pattern in patterns)
    assert (np.isnan(rows).any(axis=1) & np.isinf(rows).any(axis=1)).any()
