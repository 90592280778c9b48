from typing import Any

import numpy as np
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.datasets import load_iris
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from converter.estimators.columns import Column, columns_of
from converter.estimators.layout import layout_for
from converter.estimators.unwrap import unwrapped
from tools.conversion.pipelines_of_words import table


def test_plain_model_takes_numbers() -> None:
    model = LogisticRegression(max_iter=500).fit(*load_iris(return_X_y=True))

    assert columns_of(model) == [Column(None, "number")] * 4


def test_feature_names_are_kept() -> None:
    model = LogisticRegression(max_iter=500).fit(*load_iris(return_X_y=True))
    model.feature_names_in_ = np.array(["a", "b", "c", "d"], dtype=object)

    assert [column.name for column in columns_of(model)] == ["a", "b", "c", "d"]


def test_model_that_handles_missing_values_says_so() -> None:
    model = HistGradientBoostingClassifier(max_iter=2).fit(*load_iris(return_X_y=True))

    assert all(column.nullable for column in columns_of(model))


def test_mixed_table_is_read_column_by_column() -> None:
    rows, labels, _ = table()
    model = make_pipeline(
        ColumnTransformer(
            [
                ("words", OneHotEncoder(handle_unknown="ignore"), [0, 1]),
                ("numbers", make_pipeline(SimpleImputer(), StandardScaler()), [3]),
            ],
            remainder="passthrough",
        ),
        LogisticRegression(max_iter=2_000),
    ).fit(rows, labels)

    kinds = [(column.kind, column.nullable) for column in columns_of(unwrapped(model))]

    assert kinds == [("string", True), ("string", True), ("number", False), ("number", True)]


def test_text_pipeline_takes_one_text() -> None:
    model = make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(["a bc", "bc de"], [0, 1])

    assert [column.kind for column in columns_of(model)] == ["text"]


@pytest.mark.parametrize(
    ("columns", "inputs"),
    [
        ([Column("a", "number"), Column("b", "number")], ["X"]),
        ([Column(None, "string")] * 3, ["X"]),
        ([Column("age", "number"), Column("city", "string")], ["age", "city"]),
        ([Column("my age!", "number"), Column("city", "string")], ["x0", "city"]),
        ([Column("x1", "number"), Column("?", "string")], ["x0", "x1"]),
    ],
)
def test_inputs_are_one_matrix_or_named_columns(columns: Any, inputs: list[str]) -> None:
    layout = layout_for(columns)

    assert [tensor.name for tensor in layout.inputs("float32")] == inputs
    assert [name for name, _ in layout.initial_types("float32")] == inputs
