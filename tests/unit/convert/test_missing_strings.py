"""Missing values among strings, as requests have them: null, beside texts that look like it."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler, TargetEncoder

from converter.estimators.convert import ConvertedEstimator, convert_estimator
from inferx.errors import BadInput
from inferx.serving.model import Model

WORDS = ("a", "b", "c", "rare", "nan", "None", "")
KINDS = pytest.mark.parametrize("missing", [np.nan, None], ids=["NaN", "None"])

ENCODERS = {
    "one column each": OneHotEncoder(),
    "unknown ignored": OneHotEncoder(handle_unknown="ignore"),
    "without the first": OneHotEncoder(drop="first", handle_unknown="ignore"),
    "infrequent together": OneHotEncoder(
        handle_unknown="infrequent_if_exist", min_frequency=0.05, drop="first"
    ),
    "at most four": OneHotEncoder(handle_unknown="infrequent_if_exist", max_categories=4),
    "codes": OrdinalEncoder(),
    "unknown as -1": OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1),
    "missing as -2": OrdinalEncoder(
        handle_unknown="use_encoded_value", unknown_value=-1, encoded_missing_value=-2
    ),
    "unknown and missing as NaN": OrdinalEncoder(
        handle_unknown="use_encoded_value", unknown_value=np.nan
    ),
    "codes of the frequent": OrdinalEncoder(
        handle_unknown="use_encoded_value", unknown_value=-1, max_categories=4,
        encoded_missing_value=-2,
    ),
    "means of the target": TargetEncoder(),
}  # fmt: skip


def table(missing: Any, count: int = 600, seed: int = 0, unknown: bool = False) -> Any:
    """Draw two columns of words and one of numbers; a tenth of the words are missing."""
    draw = np.random.default_rng(seed)
    shares = [0.3, 0.25, 0.2, 0.02, 0.1, 0.1, 0.03]
    rows = np.empty((count, 3), dtype=object)
    for at in range(2):
        rows[:, at] = draw.choice(np.array(WORDS, dtype=object), count, p=shares)
        rows[draw.random(count) < 0.1, at] = missing
        if unknown:
            rows[draw.random(count) < 0.1, at] = "never met"
    rows[:, 2] = np.round(draw.normal(0, 1, count), 2)
    return rows


def labels(rows: Any) -> Any:
    missing = np.array([[not isinstance(value, str) for value in row[:2]] for row in rows])
    score = (rows[:, 0] == "a") * 1.0 + missing[:, 0] * 2 + missing[:, 1] + (rows[:, 1] == "nan")
    return np.where(score + rows[:, 2].astype(float) > 0.8, "yes", "no")


def serve(fitted: Any, directory: Path) -> tuple[ConvertedEstimator, Model]:
    converted = convert_estimator(fitted, directory / "model.onnx")
    return converted, Model(directory / "model.onnx")


def as_json(rows: Any) -> list[list[Any]]:
    return [
        [None if value is None or value != value else value for value in row]  # noqa: PLR0124
        for row in rows.tolist()
    ]


def served(model: Model, rows: Any) -> tuple[list[Any], Any]:
    answer, _ = model.predict(as_json(rows))
    probabilities = [list(row.values()) for row in answer["probabilities"]]
    return answer["prediction"], np.array(probabilities)


def agrees(fitted: Any, rows: Any, directory: Path) -> ConvertedEstimator:
    converted, model = serve(fitted, directory)
    predicted, probabilities = served(model, rows)
    np.testing.assert_allclose(probabilities, fitted.predict_proba(rows), atol=1e-5)
    assert predicted == fitted.predict(rows).tolist()
    return converted


def last_for(encoder: Any) -> list[Any]:
    if isinstance(encoder, OrdinalEncoder):  # which may give NaN
        return [RandomForestClassifier(20, random_state=0)]
    return [LogisticRegression(max_iter=2_000), RandomForestClassifier(20, random_state=0)]


@KINDS
@pytest.mark.filterwarnings("ignore:Found unknown categories")
@pytest.mark.parametrize("encoder", ENCODERS.values(), ids=list(ENCODERS))
def test_null_is_the_missing_value_of_training(encoder: Any, missing: Any, tmp_path: Path) -> None:
    rows = table(missing)
    unknown = getattr(encoder, "handle_unknown", "ignore") != "error"
    fresh = table(missing, seed=1, unknown=unknown)
    for last in last_for(encoder):
        numbers = make_column_transformer(
            (encoder, [0, 1]), (StandardScaler(), [2]), sparse_threshold=0
        )
        fitted = make_pipeline(numbers, last).fit(rows, labels(rows))

        converted = agrees(fitted, fresh, tmp_path)

        features = converted.signature.features or ()
        assert [feature.nullable for feature in features[:2]] == [True, True]


@KINDS
@pytest.mark.filterwarnings("ignore:Found unknown categories")
@pytest.mark.parametrize("encoder", ENCODERS.values(), ids=list(ENCODERS))
def test_null_is_taken_by_an_encoder_alone(encoder: Any, missing: Any, tmp_path: Path) -> None:
    rows = table(missing)[:, :2]
    target = labels(table(missing))
    unknown = getattr(encoder, "handle_unknown", "ignore") != "error"
    fresh = table(missing, seed=1, unknown=unknown)[:, :2]
    for last in last_for(encoder):
        agrees(make_pipeline(encoder, last).fit(rows, target), fresh, tmp_path)


IMPUTERS = {
    "the most frequent": {"strategy": "most_frequent"},
    "a constant": {"strategy": "constant", "fill_value": "none given"},
    "the most frequent, with flags": {"strategy": "most_frequent", "add_indicator": True},
}


@KINDS
@pytest.mark.parametrize("options", IMPUTERS.values(), ids=list(IMPUTERS))
def test_null_is_imputed_before_an_encoder(options: Any, missing: Any, tmp_path: Path) -> None:
    rows, fresh = table(missing), table(missing, seed=1, unknown=True)
    words = make_pipeline(
        SimpleImputer(missing_values=missing, **options), OneHotEncoder(handle_unknown="ignore")
    )
    numbers = make_pipeline(SimpleImputer(), StandardScaler())
    fitted = make_pipeline(
        make_column_transformer((words, [0, 1]), (numbers, [2])), LogisticRegression(max_iter=2_000)
    ).fit(rows, labels(rows))
    fresh[::7, 2] = np.nan

    converted = agrees(fitted, fresh, tmp_path)

    assert all(feature.nullable for feature in converted.signature.features or ())


def test_null_is_unknown_where_training_had_no_missing_value(tmp_path: Path) -> None:
    rows, fresh = table("a"), table(np.nan, seed=1)
    words = OneHotEncoder(handle_unknown="ignore")
    fitted = make_pipeline(
        make_column_transformer((words, [0, 1]), (StandardScaler(), [2])), LogisticRegression()
    ).fit(rows, labels(rows))

    agrees(fitted, fresh, tmp_path)


def test_null_is_refused_by_name_where_the_original_refuses_it(tmp_path: Path) -> None:
    rows = table("a")
    rows[::5, 1] = np.nan
    fitted = make_pipeline(
        make_column_transformer((OneHotEncoder(), [0, 1]), (SimpleImputer(), [2])),
        LogisticRegression(),
    ).fit(rows, labels(rows))

    _, model = serve(fitted, tmp_path)

    assert model.predict([["a", None, None]])[1] == 1
    with pytest.raises(BadInput, match=r"Feature 1 is null, and .* no missing values there"):
        model.predict([[None, "a", 0.5]])


def test_a_column_whose_original_refuses_null_leaves_it_to_the_others(tmp_path: Path) -> None:
    rows = table("a")
    rows[::5, 1] = np.nan
    grouped = OneHotEncoder(handle_unknown="infrequent_if_exist")
    kept = SimpleImputer(strategy="constant", fill_value="x", missing_values="b")
    fitted = make_pipeline(
        make_column_transformer(
            (make_pipeline(kept, grouped), [0]), (OneHotEncoder(), [1]), (SimpleImputer(), [2])
        ),
        LogisticRegression(),
    ).fit(rows, labels(rows))

    converted, _ = serve(fitted, tmp_path)

    features = converted.signature.features or ()
    assert [feature.nullable for feature in features] == [False, True, True]


def test_null_is_refused_where_training_had_both_nan_and_none(tmp_path: Path) -> None:
    rows = table(np.nan)
    rows[::9, 0] = None
    fitted = make_pipeline(
        make_column_transformer((OneHotEncoder(), [0, 1]), (StandardScaler(), [2])),
        LogisticRegression(),
    ).fit(rows, labels(rows))

    converted, model = serve(fitted, tmp_path)

    features = converted.signature.features or ()
    assert [feature.nullable for feature in features] == [False, True, False]
    with pytest.raises(BadInput, match="Feature 1 is null"):
        model.predict([[None, "a", 0.5]])


@pytest.mark.parametrize("last", [LogisticRegression(), RandomForestClassifier(20, random_state=0)])
@pytest.mark.parametrize(
    "encoder",
    [
        OneHotEncoder(handle_unknown="ignore"),
        OneHotEncoder(handle_unknown="infrequent_if_exist", max_categories=3),
        OrdinalEncoder(
            handle_unknown="use_encoded_value", unknown_value=-1, encoded_missing_value=-2
        ),
        TargetEncoder(),
    ],
)
def test_null_is_taken_among_numbers_that_are_categories(
    encoder: Any, last: Any, tmp_path: Path
) -> None:
    rows, fresh = table("a"), table("b", seed=1)
    for given, seed in ((rows, 2), (fresh, 3)):
        draw = np.random.default_rng(seed)
        given[:, 1] = draw.choice(np.array([0.5, 16_777_217.0, 16_777_216.0, 4, np.nan]), 600)
        given[:, 2] = draw.choice(np.array([1.0, 2.0, 3.0, np.nan, np.nan]), 600)
    target = np.where([(row[1] != row[1]) or row[2] == 2 for row in rows], "yes", "no")
    fitted = make_pipeline(
        make_column_transformer((OneHotEncoder(), [0]), (encoder, [1, 2]), sparse_threshold=0), last
    ).fit(rows, target)

    converted = agrees(fitted, fresh, tmp_path)

    features = converted.signature.features or ()
    assert [feature.nullable for feature in features] == [False, True, True]


def test_one_encoder_takes_strings_beside_numbers(tmp_path: Path) -> None:
    rows, fresh = table(None), table(None, seed=1, unknown=True)
    for given in (rows, fresh):
        given[:, 2] = np.round(given[:, 2].astype(float))
    fitted = make_pipeline(
        make_column_transformer((OneHotEncoder(handle_unknown="ignore"), [0, 1, 2])),
        RandomForestClassifier(20, random_state=0),
    ).fit(rows, labels(rows))

    agrees(fitted, fresh, tmp_path)


@KINDS
def test_histogram_boosting_takes_null_among_its_categories(missing: Any, tmp_path: Path) -> None:
    rows, fresh = table(missing), table(missing, seed=1, unknown=True)
    fitted = HistGradientBoostingClassifier(categorical_features=[0, 1], max_iter=20)

    converted = agrees(fitted.fit(rows, labels(rows)), fresh, tmp_path)

    assert all(feature.nullable for feature in converted.signature.features or ())
