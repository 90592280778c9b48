"""ColumnTransformers of scikit-learn up to 1.3 choose the columns that they chose."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, PolynomialFeatures, StandardScaler

from tests.unit.convert.older import ROWS, load


@pytest.mark.parametrize(
    "columns",
    [
        pytest.param(["b", "a"], id="names"),
        pytest.param([1, 0], id="numbers"),
        pytest.param([-3, 0], id="numbers from the end"),
        pytest.param(slice("a", "b"), id="slice of names"),
        pytest.param(slice(0, 2), id="slice"),
        pytest.param([True, False, True, False], id="mask"),
        pytest.param("b", id="one name"),
    ],
)
def test_columns_are_numbered_as_they_were_chosen(columns: Any, tmp_path: Path) -> None:
    model = ColumnTransformer([("scaled", StandardScaler(), columns)], remainder="passthrough")
    names = np.array(["a", "b", "c", "d"], dtype=object)
    numbers = _chosen(columns, names.tolist())
    model.set_params(transformers=[("scaled", StandardScaler(), numbers)]).fit(ROWS)
    expected = model.transform(ROWS)
    places = model.__dict__.pop("_transformer_to_input_indices")
    (_, scaler, _), (_, _, rest) = model.transformers_
    model.transformers_ = [("scaled", scaler, columns), ("remainder", "passthrough", rest)]
    model._feature_names_in = names

    loaded = load(model, tmp_path, "0.24.2")

    assert loaded._transformer_to_input_indices == places
    assert loaded.feature_names_in_.tolist() == names.tolist()
    rest_of = loaded.transformers_[1][1]
    np.testing.assert_array_equal(rest_of.transform(ROWS[:, rest]), expected[:, len(numbers) :])


def _chosen(columns: Any, names: list[str]) -> list[int]:
    """Number columns as pandas would choose them, for names that are all different."""
    places = list(range(len(names)))
    if columns == slice("a", "b"):
        return [0, 1]
    if isinstance(columns, slice):
        return places[columns]
    chosen = [columns] if isinstance(columns, str) else columns
    if isinstance(chosen[0], bool):
        return [place for place in places if chosen[place]]
    return [names.index(one) if isinstance(one, str) else places[one] for one in chosen]


@pytest.mark.parametrize(
    ("steps", "widths"),
    [
        pytest.param([("scaled", StandardScaler(), [0, 1])], [2, 2], id="alike"),
        pytest.param([("none", "drop", [0, 1])], [0, 2], id="dropped"),
        pytest.param([("codes", OneHotEncoder(), [0])], [35, 3], id="one-hot"),
        pytest.param(
            [("best", make_pipeline(SimpleImputer(), PolynomialFeatures(2)), [0, 1])],
            [6, 2],
            id="pipeline",
        ),
    ],
)
def test_places_of_the_columns_of_each_step_are_noted(
    steps: list[Any], widths: list[int], tmp_path: Path
) -> None:
    model = ColumnTransformer(steps, remainder="passthrough").fit(ROWS)
    expected = model.__dict__.pop("output_indices_")

    loaded = load(model, tmp_path, "0.24.2")

    assert loaded.output_indices_ == expected
    assert [part.stop - part.start for part in loaded.output_indices_.values()] == widths


def test_texts_are_as_wide_as_their_vocabulary(tmp_path: Path) -> None:
    model = ColumnTransformer([("words", CountVectorizer(), 0)], remainder="drop")
    model.fit(np.array([["a red car"], ["a blue car"]], dtype=object))
    expected = model.__dict__.pop("output_indices_")

    assert load(model, tmp_path, "0.24.2").output_indices_ == expected
