"""Columns that a table drops take whatever a row holds there."""

from math import inf, nan
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import RandomForestClassifier, VotingClassifier
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from converter.estimators.convert import convert_estimator
from inferx.errors import BadInput
from inferx.samples import Row
from inferx.serving.limits import HTTP
from inferx.serving.model import Model
from inferx.serving.oip.tensors import fit

DRAW = np.random.default_rng(0)
COUNT = 300
IDS = np.array([f"id {number}" for number in range(COUNT)], dtype=object)
COLOURS = DRAW.choice(["red", "blue"], COUNT).astype(object)
TEXTS = DRAW.choice(["some words", "another text"], COUNT).astype(object)
TABLE = np.column_stack(
    [DRAW.normal(size=(COUNT, 2)).astype(object), IDS, COLOURS, TEXTS],
)
LABELS = np.where(TABLE[:, 0] > 0, "yes", "no")
NUMBERS = ("numbers", StandardScaler(), [0, 1])
CATEGORIES = ("categories", OneHotEncoder(handle_unknown="ignore"), [3])
WORDS = ("words", CountVectorizer(), 4)
READ = {
    "numbers": [NUMBERS],
    "strings": [CATEGORIES],
    "texts": [WORDS],
    "numbers and strings": [NUMBERS, CATEGORIES],
    "all but one": [NUMBERS, CATEGORIES, WORDS],
    "dropped by name": [NUMBERS, ("dropped", "drop", [2, 3, 4])],
}
ANYTHING = ["id 7", "never seen", 7, 0.5, None, True, nan, inf, "\ufdd0"]


def fitted(parts: list[Any], last: Any = None) -> Pipeline:
    last = LogisticRegression() if last is None else last
    model = make_pipeline(ColumnTransformer(parts), last)
    return model.fit(TABLE, LABELS)


def served(model: Any, directory: Path, samples: tuple[Row, ...] = ()) -> Model:
    convert_estimator(model, directory / "model.onnx", samples)
    return Model(directory / "model.onnx")


@pytest.mark.parametrize("parts", READ.values(), ids=list(READ))
def test_dropped_column_takes_anything_and_changes_nothing(
    parts: list[Any], tmp_path: Path
) -> None:
    original = fitted(parts)
    model = served(original, tmp_path)
    kinds = [feature.kind for feature in model.signature.features or ()]

    for value in ANYTHING:
        rows = [
            [value if kind == "any" else each for kind, each in zip(kinds, row, strict=True)]
            for row in TABLE[:20].tolist()
        ]
        content, _ = model.predict(rows)

        assert content["prediction"] == original.predict(TABLE[:20]).tolist()
    assert "any" in kinds


def test_column_that_one_member_drops_and_another_reads_is_read(tmp_path: Path) -> None:
    members = [("one", fitted([NUMBERS])), ("other", fitted([CATEGORIES]))]
    model = served(VotingClassifier(members, voting="soft").fit(TABLE, LABELS), tmp_path)

    kinds = [feature.kind for feature in model.signature.features or ()]

    assert kinds == ["number", "number", "any", "string", "any"]


def test_list_is_no_value_of_a_dropped_column(tmp_path: Path) -> None:
    model = served(fitted([NUMBERS]), tmp_path)

    with pytest.raises(BadInput, match="Feature 3 must be one value, not a list"):
        model.predict([0.5, 0.5, ["id 7"], "red", "some words"])


def test_samples_are_rows_of_the_whole_table(tmp_path: Path) -> None:
    model = fitted([NUMBERS, CATEGORIES], RandomForestClassifier(5, random_state=0))
    samples: tuple[Row, ...] = tuple(TABLE[:5].tolist())

    converted = convert_estimator(model, tmp_path / "model.onnx", samples)

    assert converted.parity.samples is not None
    assert converted.parity.samples.agreed == 5


def test_example_shows_null_where_a_column_is_dropped(tmp_path: Path) -> None:
    converted = convert_estimator(fitted([NUMBERS, CATEGORIES]), tmp_path / "model.onnx")

    assert converted.example is not None
    assert converted.example["input"][2] is None


def test_tensors_hold_anything_in_a_dropped_column(tmp_path: Path) -> None:
    original = fitted([CATEGORIES])
    model = served(original, tmp_path)
    rows = np.array(TABLE[:20], dtype=object)
    rows[:, :3] = None

    feed = fit({"X": rows}, model.signature, HTTP)

    labels, *_ = model.run(feed, ["label"])
    assert labels.tolist() == original.predict(TABLE[:20]).tolist()
