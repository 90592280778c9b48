"""Nearest neighbours among texts, most of which share no term with the text that is predicted."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import VotingClassifier
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor, RadiusNeighborsRegressor
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from converter.estimators.convert import convert_estimator
from inferx.errors import Refused
from inferx.serving.model import Model

WORDS = [f"word{number}" for number in range(600)]
CHANCES = 1 / np.arange(1, 601)


def texts(count: int, seed: int) -> list[str]:
    """Draw texts whose words are as unequal in frequency as those of a language."""
    draw = np.random.default_rng(seed)
    share = CHANCES / CHANCES.sum()
    return [" ".join(draw.choice(WORDS, draw.integers(5, 60), p=share)) for _ in range(count)]


TRAINING, FRESH = texts(300, 0), texts(20_000, 1)
NAMES = np.array(["few", "some", "many"])[[len(each.split()) // 20 for each in TRAINING]]
AMOUNTS = np.array([len(each) / 7 for each in TRAINING])


def with_sizes(given: list[str]) -> Any:
    draw = np.random.default_rng(len(given))
    return np.array([[each, draw.normal()] for each in given], dtype=object)


def decided(model: Pipeline, fresh: Any) -> Any:
    """Return where the last neighbour is nearer than the next, so that there is no choice."""
    last = model[-1]
    distances, _ = last.kneighbors(model[:-1].transform(fresh), last.n_neighbors + 1)
    return distances[:, -1] - distances[:, -2] > 1e-9


def predicted(model: Pipeline, tmp_path: Path) -> Any:
    convert_estimator(model, tmp_path / "model.onnx")
    served = Model(tmp_path / "model.onnx")
    parts = [
        served.predict([[each] for each in part])[0]["prediction"]
        for part in (FRESH[::2], FRESH[1::2])
    ]
    return [each for pair in zip(*parts, strict=True) for each in pair]


@pytest.mark.slow
@pytest.mark.parametrize("metric", ["euclidean", "cosine"])
@pytest.mark.parametrize("weights", ["uniform", "distance"])
def test_texts_are_classified_by_the_neighbours_of_scikit_learn(
    metric: str, weights: str, tmp_path: Path
) -> None:
    near = KNeighborsClassifier(4, metric=metric, weights=weights)
    model = make_pipeline(TfidfVectorizer(), near).fit(TRAINING, NAMES)

    labels = np.array(predicted(model, tmp_path))

    sure = decided(model, FRESH)
    assert sure.mean() > 0.95
    np.testing.assert_array_equal(labels[sure], model.predict(FRESH)[sure])


@pytest.mark.slow
@pytest.mark.parametrize("vectorizer", [TfidfVectorizer(sublinear_tf=True), CountVectorizer()])
def test_values_of_texts_are_means_of_the_same_neighbours(vectorizer: Any, tmp_path: Path) -> None:
    near = KNeighborsRegressor(3, metric="cosine")
    model = make_pipeline(vectorizer, near).fit(TRAINING, AMOUNTS)

    values = np.array(predicted(model, tmp_path))

    sure = decided(model, FRESH)
    assert sure.mean() > 0.95
    np.testing.assert_allclose(values[sure], model.predict(FRESH)[sure], rtol=1e-9)


def test_a_column_of_a_table_is_searched_with_the_others(tmp_path: Path) -> None:
    columns = ColumnTransformer([("text", TfidfVectorizer(), 0), ("size", StandardScaler(), [1])])
    model = make_pipeline(columns, KNeighborsClassifier(3)).fit(with_sizes(TRAINING), NAMES)
    table = with_sizes(FRESH[:2_000])

    convert_estimator(model, tmp_path / "model.onnx")

    served, _ = Model(tmp_path / "model.onnx").predict(table.tolist())
    sure = decided(model, table)
    assert sure.mean() > 0.9
    np.testing.assert_array_equal(np.array(served["prediction"])[sure], model.predict(table)[sure])


def test_members_of_a_vote_search_among_their_own_texts(tmp_path: Path) -> None:
    near = [("one", KNeighborsClassifier(1)), ("three", KNeighborsClassifier(3))]
    model = make_pipeline(TfidfVectorizer(), VotingClassifier(near, voting="soft"))
    model.fit(TRAINING, NAMES)

    convert_estimator(model, tmp_path / "model.onnx")

    served, _ = Model(tmp_path / "model.onnx").predict([[each] for each in FRESH[:2_000]])
    differing = np.array(served["prediction"]) != model.predict(FRESH[:2_000])
    assert differing.mean() < 0.01


@pytest.mark.parametrize(
    ("model", "named"),
    [
        (
            KNeighborsClassifier(metric="manhattan"),
            r"KNeighborsClassifier\(metric='manhattan'\).* use metric='euclidean' or 'cosine'",
        ),
        (RadiusNeighborsRegressor(), r"RadiusNeighborsRegressor .* TruncatedSVD"),
    ],
)
def test_what_has_no_form_among_texts_is_refused_with_the_way_round(
    model: Any, named: str, tmp_path: Path
) -> None:
    codes = np.arange(len(TRAINING)) % 2
    fitted = make_pipeline(TfidfVectorizer(), model).fit(TRAINING, codes)

    with pytest.raises(Refused, match=named):
        convert_estimator(fitted, tmp_path / "model.onnx")


def test_texts_that_repeat_are_refused_because_of_their_ties(tmp_path: Path) -> None:
    repeated = ["one two", "two three", "three one"] * 100
    kinds = np.random.default_rng(0).integers(0, 2, len(repeated))
    model = make_pipeline(CountVectorizer(), KNeighborsClassifier(2)).fit(repeated, kinds)

    with pytest.raises(Refused, match="without rows that repeat"):
        convert_estimator(model, tmp_path / "model.onnx")
