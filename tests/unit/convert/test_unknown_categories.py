"""A category that the original refuses is refused by its name, not predicted."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.ensemble import RandomForestClassifier, RandomTreesEmbedding, VotingClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    KBinsDiscretizer,
    OneHotEncoder,
    OrdinalEncoder,
    StandardScaler,
)

from converter.estimators.columns import columns_of
from converter.estimators.convert import convert_estimator
from converter.estimators.known_categories import insisted_on, known_by_column
from converter.estimators.layout import layout_for
from inferx.errors import BadInput
from inferx.serving.limits import HTTP
from inferx.serving.model import Model
from inferx.serving.oip.tensors import fit

DRAW = np.random.default_rng(0)
COUNT = 300
TABLE = np.column_stack(
    [
        DRAW.normal(size=COUNT).astype(object),
        DRAW.choice(["red", "blue"], COUNT).astype(object),
        DRAW.choice([1.0, 2.0, 4.5], COUNT).astype(object),
    ]
)
LABELS = np.where(TABLE[:, 0] > 0, "yes", "no")
SCALED = ("scaled", StandardScaler(), [0])
ENCODERS = {
    "one-hot": OneHotEncoder(),
    "ordinal": OrdinalEncoder(),
    "infrequent together": OneHotEncoder(min_frequency=10),
    "behind an imputer": make_pipeline(SimpleImputer(strategy="most_frequent"), OneHotEncoder()),
}


def table(encoder: Any) -> ColumnTransformer:
    strings, numbers = ("strings", clone(encoder), [1]), ("numbers", clone(encoder), [2])
    return ColumnTransformer([SCALED, strings, numbers])


def served(model: Any, directory: Path) -> Model:
    convert_estimator(model.fit(TABLE, LABELS), directory / "model.onnx")
    return Model(directory / "model.onnx")


@pytest.mark.parametrize("encoder", ENCODERS.values(), ids=list(ENCODERS))
def test_unknown_category_is_refused_by_feature_and_value(encoder: Any, tmp_path: Path) -> None:
    model = served(make_pipeline(table(encoder), LogisticRegression()), tmp_path)

    with pytest.raises(BadInput) as raised:
        model.predict([[0.5, "red", 1.0], [0.5, "green", 3.0]])

    assert raised.value.detail == (
        'Row 2 (input[1]): Feature 2 is "green", a category that the model does not know; '
        "Feature 3 is 3.0, a category that the model does not know"
    )


@pytest.mark.parametrize("encoder", ENCODERS.values(), ids=list(ENCODERS))
def test_known_categories_are_predicted(encoder: Any, tmp_path: Path) -> None:
    original = make_pipeline(table(encoder), LogisticRegression())
    model = served(original, tmp_path)

    content, _ = model.predict(TABLE.tolist())

    assert content["prediction"] == original.predict(TABLE).tolist()


def test_categories_inside_a_vote_are_checked(tmp_path: Path) -> None:
    members = [
        ("one", make_pipeline(table(OneHotEncoder()), LogisticRegression())),
        ("other", make_pipeline(table(OrdinalEncoder()), RandomForestClassifier(5))),
    ]
    model = served(VotingClassifier(members, voting="soft"), tmp_path)

    with pytest.raises(BadInput, match='Feature 2 is "green"'):
        model.predict([0.5, "green", 1.0])


def test_encoder_that_takes_unknown_categories_has_none_to_check(tmp_path: Path) -> None:
    encoder = OneHotEncoder(handle_unknown="ignore")
    original = make_pipeline(table(encoder), LogisticRegression())
    model = served(original, tmp_path)

    content, _ = model.predict([0.5, "green", 3.0])

    row = np.array([[0.5, "green", 3.0]], dtype=object)
    assert content["prediction"] == original.predict(row)[0]
    assert model.signature.categories == ()


@pytest.mark.parametrize("encode", ["onehot", "onehot-dense", "ordinal"])
def test_bins_are_no_categories_of_the_numbers_in_them(encode: str, tmp_path: Path) -> None:
    bins = KBinsDiscretizer(3, encode=encode, quantile_method="averaged_inverted_cdf")
    numbers = DRAW.normal(size=(COUNT, 2))
    original = make_pipeline(bins, LogisticRegression()).fit(numbers, LABELS)
    convert_estimator(original, tmp_path / "model.onnx")

    content, _ = Model(tmp_path / "model.onnx").predict(numbers.tolist())

    assert content["prediction"] == original.predict(numbers).tolist()


def test_categories_of_targets_are_not_those_of_rows(tmp_path: Path) -> None:
    rows = DRAW.normal(size=(COUNT, 1))
    targets = DRAW.choice([1.0, 2.0, 4.0], COUNT)
    coded = OrdinalEncoder()
    original = TransformedTargetRegressor(LinearRegression(), transformer=coded).fit(rows, targets)

    assert known_by_column(original, layout_for(columns_of(original))) == {}


def test_unknown_category_in_a_tensor_is_refused(tmp_path: Path) -> None:
    model = served(make_pipeline(table(OneHotEncoder()), LogisticRegression()), tmp_path)
    tensors = {
        "x0": np.array([[0.5]]),
        "x1": np.array([["green"]], dtype=object),
        "x2": np.array([[1.0]]),
    }

    with pytest.raises(BadInput, match='Feature 2 is "green"'):
        model.run(fit(tensors, model.signature, HTTP), ["label"])


def test_leaves_of_random_trees_are_no_categories_of_the_numbers(tmp_path: Path) -> None:
    rows = DRAW.normal(size=(COUNT, 3))
    model = make_pipeline(RandomTreesEmbedding(10, random_state=0), LogisticRegression())
    convert_estimator(model.fit(rows, LABELS), tmp_path / "model.onnx")

    prediction, _ = Model(tmp_path / "model.onnx").predict(rows.tolist(), HTTP)

    assert prediction["prediction"] == model.predict(rows).tolist()


def test_a_column_that_takes_what_is_not_listed_has_no_list() -> None:
    rows = [np.array([1.0, 2.0]), np.array(["red", "blue"], dtype=object), np.array([3.0, 3.0])]
    known = {0: (1.0, 2.0), 1: ("blue", "red"), 2: (3.0,)}
    asked = []

    def takes(changed: Any) -> bool:
        asked.append([column[0] for column in changed])
        return bool(changed[0][0] == 1.0)  # the first column alone insists

    assert insisted_on(known, rows, takes) == {0: (1.0, 2.0)}
    assert asked == [[2.5, "red", 3.0], [1.0, "blue or another", 3.0], [1.0, "red", 3.5]]
