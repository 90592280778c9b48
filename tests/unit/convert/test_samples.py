"""The owner's own rows: both models must agree on each, and an example is always one of them."""

import json
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from lightgbm import LGBMClassifier
from sklearn.compose import make_column_transformer
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from xgboost import XGBClassifier, XGBRegressor

from converter.conversion import convert_source
from converter.estimators import samples as comparing
from converter.estimators.predictions import Predictions
from inferx.errors import Refused
from inferx.serving.model import Model
from sandbox.job_request import JobRequest

ROWS, LABELS = load_iris(return_X_y=True)
SPECIES = load_iris().target_names[LABELS]
FOREST = RandomForestClassifier(5, random_state=0).fit(ROWS, SPECIES)
IMPUTED = make_pipeline(
    SimpleImputer(), StandardScaler(), RandomForestClassifier(5, random_state=0)
).fit(ROWS, SPECIES)
TABLE = np.array(
    [[20, "Rom", 7.25], [30, "Bern", 71.28], [40, "Oslo", 8.05], [50, "Wien", 53.1]] * 10,
    dtype=object,
)


def passengers(**options: Any) -> Any:
    """Return a pipeline over named columns, one of them of categories."""
    columns = make_column_transformer((OneHotEncoder(**options), [1]), (StandardScaler(), [0, 2]))
    model = make_pipeline(columns, LogisticRegression()).fit(TABLE, [0, 1] * 20)
    model.steps[0][1].feature_names_in_ = np.array(["age", "city", "fare"], dtype=object)
    return model


def converted(content: Any, directory: Path, *samples: Any, part: str | None = None) -> Any:
    """Convert what is saved with ``content`` and return the facts of its manifest."""
    source = directory / "source"
    source.write_bytes(content if isinstance(content, bytes) else pickle.dumps(content))
    return convert_source(source, directory / "model.onnx", JobRequest(part, samples))


def refusal(content: Any, directory: Path, *samples: Any) -> str:
    with pytest.raises(Refused) as refused:
        converted(content, directory, *samples)
    return refused.value.detail


@pytest.mark.parametrize(
    "model",
    [
        FOREST,
        IMPUTED,
        LinearRegression().fit(ROWS, LABELS),
        XGBClassifier(n_estimators=3).fit(ROWS, LABELS),
        LGBMClassifier(n_estimators=3, verbose=-1).fit(ROWS, LABELS),
    ],
    ids=lambda model: type(model).__name__,
)
def test_rows_on_which_both_agree_are_counted_and_the_first_is_the_example(
    model: Any, tmp_path: Path
) -> None:
    samples = ROWS[::3].tolist()

    facts = converted(model, tmp_path, *samples)

    assert facts["parity"]["samples"] == {"rows": 50, "agreed": 50}
    assert facts["example"] == {"input": samples[0]}


def test_native_booster_is_compared_too(tmp_path: Path) -> None:
    booster = XGBRegressor(n_estimators=3).fit(ROWS, LABELS).get_booster()

    facts = converted(bytes(booster.save_raw("ubj")), tmp_path, *ROWS[:7].tolist())

    assert facts["parity"]["samples"] == {"rows": 7, "agreed": 7}


def test_rows_by_name_come_in_any_order(tmp_path: Path) -> None:
    rows = [{"fare": 8, "city": "Oslo", "age": 41}, {"age": 20, "fare": 7.25, "city": "Rom"}]

    facts = converted(passengers(), tmp_path, *rows)

    assert facts["parity"]["samples"] == {"rows": 2, "agreed": 2}
    assert facts["example"] == {"input": rows[0]}


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ([1, 2, 3], "Model expects 4 features, got 3"),
        ([1, 2, "tall", 3], "Feature 3 must be a number, not a string"),
        ([1, 2, None, 3], "Feature 3 is null, and the model takes no missing values"),
        ([[1, 2, 3, 4], [1, 2, 3, 4]], "it holds 2 rows, and a sample is one row"),
    ],
)
def test_row_that_the_model_does_not_take_is_refused_by_its_number(
    row: Any, reason: str, tmp_path: Path
) -> None:
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(ROWS, SPECIES)

    detail = refusal(model, tmp_path, ROWS[0].tolist(), row)

    assert detail.startswith(f"Sample 2 ({json.dumps(row)})")
    assert reason in detail
    assert "Correct it or leave it out" in detail


def test_row_that_the_original_itself_refuses_is_named_with_its_reason(tmp_path: Path) -> None:
    known, unknown = ({"age": 30, "city": city, "fare": 1} for city in ("Rom", "Paris"))

    detail = refusal(passengers(), tmp_path, known, unknown)

    assert detail.startswith("Sample 2 (")
    assert "no row that the original takes" in detail
    assert "Found unknown categories ['Paris']" in detail


def _another_label(outputs: Any, _: str) -> Predictions:
    labels = np.array(outputs["label"], dtype=object)
    labels[2] = "virginica"
    return Predictions(labels, probabilities=outputs["probabilities"])


def _another_probability(outputs: Any, _: str) -> Predictions:
    probabilities = outputs["probabilities"].copy()
    probabilities[2] = [0.5, 0.25, 0.25]
    return Predictions(outputs["label"], probabilities=probabilities)


@pytest.mark.parametrize(
    ("differ", "shown"),
    [(_another_label, '"virginica" [1.0, 0.0, 0.0]'), (_another_probability, "[0.5, 0.25, 0.25]")],
)
def test_row_that_is_predicted_differently_is_refused_with_both_answers(
    differ: Any, shown: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparing, "graph_predictions", differ)

    detail = refusal(FOREST, tmp_path, *ROWS[:5].tolist())

    assert detail.startswith(f"Sample 3 ({json.dumps(ROWS[2].tolist())}): the original predicts")
    assert '"setosa" [1.0, 0.0, 0.0] and the converted model' in detail
    assert shown in detail
    assert "upload the .onnx file" in detail
    assert len(detail) <= 500


def test_original_gets_the_numbers_as_they_were_sent(tmp_path: Path) -> None:
    model = LinearRegression().fit(ROWS[:, :1] * 1e9, LABELS)

    facts = converted(model, tmp_path, [1.7976931348623157e9], [16_777_217])

    assert facts["parity"]["samples"] == {"rows": 2, "agreed": 2}


def test_form_that_rounds_the_owners_rows_gives_way_to_an_exact_one(tmp_path: Path) -> None:
    seconds = 1.7e9 + np.arange(100.0)[:, None]
    model = LinearRegression().fit(seconds, np.arange(100.0))

    facts = converted(model, tmp_path, *seconds.tolist())

    assert facts["parity"]["samples"] == {"rows": 100, "agreed": 100}
    assert facts["signature"]["inputs"][0]["dtype"] == "float64"


def test_model_whose_example_cannot_be_drawn_is_served_without_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise IndexError("a part without its rows")

    monkeypatch.setattr(comparing, "ordinary_inputs", fail)

    facts = converted(FOREST, tmp_path)

    assert facts["example"] is None
    assert facts["parity"]["rows"] > 0


def test_missing_value_is_null_in_the_example(tmp_path: Path) -> None:
    facts = converted(IMPUTED, tmp_path, [float("nan"), 3.0, 1.5, 0.2], [None, 3.0, 1.5, 0.2])

    assert facts["parity"]["samples"] == {"rows": 2, "agreed": 2}
    assert facts["example"] == {"input": [None, 3.0, 1.5, 0.2]}


TEXTS = ["good movie night", "bad film day", "great acting here", "awful plot twist"]
READER = make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(TEXTS, list("pnpn"))


@pytest.mark.parametrize("model", [FOREST, passengers(), READER], ids=["forest", "table", "texts"])
def test_example_without_samples_is_an_ordinary_row_that_is_predicted(
    model: Any, tmp_path: Path
) -> None:
    example = converted(model, tmp_path)["example"]

    predicted, rows = Model(tmp_path / "model.onnx").predict(example["input"])

    assert rows == 1
    assert predicted["prediction"] in [*model.classes_]
    assert len(json.dumps(example)) < 80  # short numbers


def test_example_has_the_columns_names_and_known_categories(tmp_path: Path) -> None:
    example = converted(passengers(), tmp_path)["example"]["input"]

    assert list(example) == ["age", "city", "fare"]
    assert example["city"] in TABLE[:, 1]
    assert 10 < example["age"] < 60


def test_example_has_zeros_where_the_model_shows_no_centre(tmp_path: Path) -> None:
    model = LinearRegression().fit(ROWS, LABELS)

    assert converted(model, tmp_path)["example"] == {"input": [0, 0, 0, 0]}


def test_example_of_texts_is_made_of_the_vocabulary(tmp_path: Path) -> None:
    (text,) = converted(READER, tmp_path)["example"]["input"]

    assert set(text.split()) <= READER.steps[0][1].vocabulary_.keys()


def test_example_of_a_wide_model_is_left_out(tmp_path: Path) -> None:
    model = LinearRegression().fit(np.eye(2, 20_000), [0, 1])

    assert converted(model, tmp_path)["example"] is None
