"""Steps that compare numbers: bins, flags and encoders of numbers, on their own boundaries."""

from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort
import pytest
from sklearn.compose import make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    Binarizer,
    KBinsDiscretizer,
    Normalizer,
    OneHotEncoder,
    OrdinalEncoder,
    StandardScaler,
)
from sklearn.tree import DecisionTreeClassifier

from converter.estimators.convert import convert_estimator
from tests.support.ordinary_rows import FRESH, TRAINING, classes, outputs, table


def bins(encode: str) -> KBinsDiscretizer:
    return KBinsDiscretizer(7, encode=encode, quantile_method="averaged_inverted_cdf")


STEPS = {
    "flags above a whole number": Binarizer(threshold=50),
    "flags of a scaled number": make_pipeline(StandardScaler(), Binarizer()),
    "numbers of bins": bins("ordinal"),
    "columns of bins": bins("onehot"),
    "dense columns of bins": bins("onehot-dense"),
    "rows of length one": Normalizer(),
    "rows by their sum": Normalizer("l1"),
    "rows by their largest": Normalizer("max"),
    "bins beside numbers": make_column_transformer(
        (StandardScaler(), [0, 1]), (bins("ordinal"), [2, 4]), remainder="passthrough"
    ),
}


@pytest.mark.filterwarnings("ignore:Bins whose width")
@pytest.mark.parametrize("last", [DecisionTreeClassifier(max_depth=9), LogisticRegression()])
@pytest.mark.parametrize("step", STEPS.values(), ids=list(STEPS))
def test_steps_of_thresholds_give_the_labels_of_the_original(
    step: Any, last: Any, tmp_path: Path
) -> None:
    rows, fresh = table(TRAINING, 0), table(FRESH, 1)
    fresh[::3] = rows[np.arange(len(fresh[::3])) % len(rows)]  # boundaries are numbers met before
    model = make_pipeline(step, last).fit(rows, classes(rows))

    _, (labels, probabilities) = outputs(model, fresh, tmp_path)

    np.testing.assert_array_equal(labels, model.predict(fresh))
    np.testing.assert_allclose(probabilities, model.predict_proba(fresh), atol=1e-6)


def codes(count: int, seed: int, unknown: bool) -> Any:
    """Draw identifiers above 2**24, fractions, and small codes; some that were never met."""
    draw = np.random.default_rng(seed)
    rows = np.column_stack(
        [
            16_777_216.0 + draw.integers(0, 9, count),
            draw.integers(0, 5, count) / 10,
            draw.integers(0, 4, count).astype(float),
        ]
    )
    if unknown:
        strange = draw.random(rows.shape) < 0.1
        rows[strange] = rows[strange] + draw.choice([0.5, 1e-9, 1e6], strange.sum())
    return rows


ENCODERS = {
    "one column each": OneHotEncoder(handle_unknown="ignore"),
    "without the first": OneHotEncoder(handle_unknown="ignore", drop="first"),
    "without one of two": OneHotEncoder(handle_unknown="ignore", drop="if_binary"),
    "rare ones together": OneHotEncoder(handle_unknown="infrequent_if_exist", max_categories=4),
    "rare ones together, others nowhere": OneHotEncoder(handle_unknown="ignore", min_frequency=200),
    "rare ones together, the first dropped": OneHotEncoder(
        handle_unknown="ignore", max_categories=3, drop="first"
    ),
    "numbers": OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1),
    "numbers, rare ones together": OrdinalEncoder(
        handle_unknown="use_encoded_value", unknown_value=-1, max_categories=4
    ),
}


@pytest.mark.filterwarnings("ignore:Found unknown categories")
@pytest.mark.parametrize("last", [DecisionTreeClassifier(), LogisticRegression()])
@pytest.mark.parametrize("encoder", ENCODERS.values(), ids=list(ENCODERS))
def test_encoders_of_numbers_know_the_categories_that_the_original_knows(
    encoder: Any, last: Any, tmp_path: Path
) -> None:
    rows, fresh = codes(TRAINING, 0, unknown=False), codes(FRESH, 1, unknown=True)
    labels = (rows[:, 0] % 2).astype(int) ^ (rows[:, 1] > 0.2) ^ (rows[:, 2] == 1)
    model = make_pipeline(encoder, last).fit(rows, labels)

    _, (predicted, probabilities) = outputs(model, fresh, tmp_path)

    np.testing.assert_array_equal(predicted, model.predict(fresh))
    np.testing.assert_allclose(probabilities, model.predict_proba(fresh), atol=1e-6)


IMPUTERS = {
    "a number that stands for missing": SimpleImputer(missing_values=-999),
    "with indicators of it": SimpleImputer(missing_values=-999, add_indicator=True),
    "zero": SimpleImputer(missing_values=0, strategy="median"),
}


@pytest.mark.parametrize("imputer", IMPUTERS.values(), ids=list(IMPUTERS))
def test_numbers_that_stand_for_missing_values_are_replaced(imputer: Any, tmp_path: Path) -> None:
    rows, fresh = table(TRAINING, 0, missing=True), table(FRESH, 1, missing=True)
    rows, fresh = np.nan_to_num(rows, nan=-999), np.nan_to_num(fresh, nan=-999)
    model = make_pipeline(imputer, StandardScaler(), DecisionTreeClassifier())
    model.fit(rows, classes(rows))

    converted, (labels, _) = outputs(model, fresh, tmp_path)

    assert not any(feature.nullable for feature in converted.signature.features or ())
    np.testing.assert_array_equal(labels, model.predict(fresh))


@pytest.mark.filterwarnings("ignore:Skipping features")
@pytest.mark.parametrize("kept", [True, False], ids=["kept", "dropped"])
def test_columns_without_any_value_are_kept_or_dropped_as_the_imputer_does(
    kept: bool, tmp_path: Path
) -> None:
    rows, fresh = table(TRAINING, 0, missing=True), table(FRESH, 1, missing=True)
    rows[:, 3] = np.nan
    imputer = SimpleImputer(keep_empty_features=kept)
    model = make_pipeline(imputer, StandardScaler(), DecisionTreeClassifier())
    model.fit(rows, classes(rows))

    converted, (labels, _) = outputs(model, fresh, tmp_path)

    assert all(feature.nullable for feature in converted.signature.features or ())
    np.testing.assert_array_equal(labels, model.predict(fresh))


@pytest.mark.parametrize(
    "imputer",
    [
        SimpleImputer(strategy="most_frequent"),
        SimpleImputer(strategy="constant", fill_value="none"),
        SimpleImputer(missing_values="?", strategy="most_frequent"),
    ],
    ids=["most frequent", "constant", "a string that stands for missing"],
)
def test_imputers_of_strings_hand_on_the_strings_of_the_original(
    imputer: SimpleImputer, tmp_path: Path
) -> None:
    draw = np.random.default_rng(0)
    rows = draw.choice(["Rome", "Oslo", "?", "nan", ""], (TRAINING, 2)).astype(object)
    encoder = OneHotEncoder(handle_unknown="ignore")
    model = make_pipeline(imputer, encoder, DecisionTreeClassifier())
    model.fit(rows, rows[:, 0] < rows[:, 1])

    convert_estimator(model, tmp_path / "model.onnx")

    session = ort.InferenceSession(str(tmp_path / "model.onnx"))
    (name,) = [given.name for given in session.get_inputs()]
    labels = session.run(None, {name: rows})[0]
    np.testing.assert_array_equal(labels, model.predict(rows))


def test_strings_imputed_side_by_side_get_the_codes_of_the_original(tmp_path: Path) -> None:
    draw = np.random.default_rng(0)
    rows = draw.choice(["Rome", "Oslo", "?", ""], (TRAINING, 3)).astype(object)
    codes = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)
    imputed = make_pipeline(SimpleImputer(missing_values="?", strategy="most_frequent"), codes)
    model = make_column_transformer((imputed, [0, 1, 2])).fit(rows)

    convert_estimator(model, tmp_path / "model.onnx")

    session = ort.InferenceSession(str(tmp_path / "model.onnx"))
    (name,) = [given.name for given in session.get_inputs()]
    np.testing.assert_array_equal(session.run(None, {name: rows})[0], model.transform(rows))
