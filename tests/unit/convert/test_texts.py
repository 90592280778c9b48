"""Models of texts predict as their originals do, on thousands of texts in many scripts."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer
from sklearn.decomposition import TruncatedSVD
from sklearn.ensemble import (
    ExtraTreesClassifier,
    RandomForestClassifier,
    StackingClassifier,
    VotingClassifier,
)
from sklearn.feature_extraction.text import (
    CountVectorizer,
    HashingVectorizer,
    TfidfTransformer,
    TfidfVectorizer,
)
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.naive_bayes import BernoulliNB, MultinomialNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.preprocessing import MaxAbsScaler, OneHotEncoder, StandardScaler
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor
from xgboost import XGBClassifier

from converter.estimators.convert import convert_estimator
from inferx.errors import Refused
from inferx.serving.loading import Loaded
from inferx.serving.model import Model
from inferx.serving.oip.infer import infer
from inferx.serving.oip.metadata import model_metadata
from inferx.storage.signed.model_records import Record
from tests.support.texts import texts

pytestmark = pytest.mark.slow

TRAINING = texts(400)
LABELS = np.array([("РАКЕТА" in each.upper()) + 2 * ("team" in each) for each in TRAINING])
FRESH = texts(3_000, seed=1)
TREE = DecisionTreeClassifier(random_state=0)


def served(model: Any, tmp_path: Path) -> Model:
    convert_estimator(model, tmp_path / "model.onnx")
    return Model(tmp_path / "model.onnx")


def assert_predicts_alike(model: Any, tmp_path: Path) -> None:
    predicted, rows = served(model, tmp_path).predict([[each] for each in FRESH])
    assert rows == len(FRESH)
    np.testing.assert_array_equal(predicted["prediction"], model.predict(FRESH))
    if "probabilities" in predicted:
        shares = [list(each.values()) for each in predicted["probabilities"]]
        np.testing.assert_allclose(shares, model.predict_proba(FRESH), rtol=0, atol=1e-4)


PARAMETERS: dict[str, dict[str, Any]] = {
    "capitals of all scripts": {},
    "capitals kept": {"lowercase": False},
    "pairs without stop words": {"ngram_range": (1, 2), "stop_words": "english"},
    "all that is between spaces": {"token_pattern": r"\S+"},
    "letters of English": {"token_pattern": "[a-zA-Z]+"},
    "no accents": {"strip_accents": "unicode"},
    "ASCII": {"strip_accents": "ascii"},
    "characters": {"analyzer": "char", "ngram_range": (1, 3)},
    "characters within words": {"analyzer": "char_wb", "ngram_range": (2, 4)},
    "logarithms": {"sublinear_tf": True, "norm": "l1"},
    "float32": {"dtype": np.float32},
    "presence": {"binary": True, "use_idf": False, "norm": None},
}


@pytest.mark.parametrize("name", PARAMETERS)
@pytest.mark.parametrize("last", [LogisticRegression(), TREE], ids=["scores", "thresholds"])
def test_words_are_read_as_scikit_learn_reads_them(name: str, last: Any, tmp_path: Path) -> None:
    model = make_pipeline(TfidfVectorizer(**PARAMETERS[name]), last).fit(TRAINING, LABELS)

    assert_predicts_alike(model, tmp_path)


@pytest.mark.parametrize("name", ["pairs without stop words", "logarithms", "float32"])
def test_weights_are_those_of_scikit_learn_to_the_last_bit(name: str, tmp_path: Path) -> None:
    # Each text has a value of its own, so that the tree has a threshold between any two of them.
    vectorizer = TfidfVectorizer(**PARAMETERS[name])
    model = make_pipeline(vectorizer, DecisionTreeRegressor(random_state=0))
    model.fit(TRAINING, np.arange(len(TRAINING)))

    predicted, _ = served(model, tmp_path).predict([[each] for each in FRESH])

    expected = model.predict(FRESH).astype(np.float32)
    np.testing.assert_array_equal(np.float32(predicted["prediction"]), expected)


OTHERS: dict[str, Any] = {
    "counts": make_pipeline(CountVectorizer(), MultinomialNB()),
    "presence": make_pipeline(CountVectorizer(binary=True), BernoulliNB()),
    "a given vocabulary": make_pipeline(
        CountVectorizer(vocabulary=["team", "ракета", "the team"], ngram_range=(1, 2)), TREE
    ),
    "counts, then weights": make_pipeline(
        CountVectorizer(ngram_range=(1, 2)), TfidfTransformer(sublinear_tf=True), TREE
    ),
    "hashes": make_pipeline(HashingVectorizer(n_features=256), LogisticRegression()),
    "hashed presence": make_pipeline(
        HashingVectorizer(n_features=32, binary=True, norm="l1", ngram_range=(1, 2)), TREE
    ),
    "hashes without signs, weighted": make_pipeline(
        HashingVectorizer(n_features=128, alternate_sign=False, norm=None), TfidfTransformer(), TREE
    ),
    "linear SVC": make_pipeline(TfidfVectorizer(), LinearSVC()),
    "topics, then a forest": make_pipeline(
        TfidfVectorizer(), TruncatedSVD(5, random_state=0), RandomForestClassifier(10)
    ),
    "extra trees": make_pipeline(TfidfVectorizer(), ExtraTreesClassifier(10, random_state=0)),
    "words and characters and hashes": make_pipeline(
        FeatureUnion(
            [
                ("words", TfidfVectorizer()),
                ("characters", TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 3))),
                ("hashes", HashingVectorizer(n_features=32)),
            ]
        ),
        LogisticRegression(),
    ),
    "calibrated": make_pipeline(TfidfVectorizer(), CalibratedClassifierCV(LinearSVC(), cv=3)),
    "XGBoost, to which zeros of sparse rows are missing": make_pipeline(
        TfidfVectorizer(), MaxAbsScaler(), XGBClassifier(n_estimators=10)
    ),
    "XGBoost on hashes without signs": make_pipeline(
        HashingVectorizer(n_features=64, alternate_sign=False), XGBClassifier(n_estimators=10)
    ),
    "topics, then neighbours": make_pipeline(
        TfidfVectorizer(), TruncatedSVD(5, random_state=0), KNeighborsClassifier()
    ),
    "a stack of pipelines": StackingClassifier(
        [
            ("words", make_pipeline(TfidfVectorizer(), LogisticRegression())),
            ("counts", make_pipeline(CountVectorizer(), MultinomialNB())),
        ],
        cv=3,
    ),
    "a vote of pipelines": VotingClassifier(
        [
            ("words", make_pipeline(TfidfVectorizer(), LogisticRegression())),
            ("counts", make_pipeline(CountVectorizer(), MultinomialNB())),
        ],
        voting="soft",
    ),
}


@pytest.mark.parametrize("name", OTHERS)
def test_other_models_of_texts_predict_alike(name: str, tmp_path: Path) -> None:
    assert_predicts_alike(OTHERS[name].fit(TRAINING, LABELS), tmp_path)


def test_a_million_hashed_columns_are_served(tmp_path: Path) -> None:
    model = make_pipeline(HashingVectorizer(), Ridge()).fit(TRAINING, LABELS)

    predicted, _ = served(model, tmp_path).predict([[each] for each in FRESH[:200]])

    np.testing.assert_allclose(predicted["prediction"], model.predict(FRESH[:200]), atol=1e-5)


def table(rows: list[str], seed: int) -> Any:
    draw = np.random.default_rng(seed)
    columns = [
        draw.choice(["Bern", "Oslo", "Zürich"], len(rows)),
        np.array(rows, dtype=object),
        draw.lognormal(3, 2, len(rows)),
        np.array(rows[::-1], dtype=object),
    ]
    return np.column_stack([np.asarray(column, dtype=object) for column in columns])


@pytest.mark.parametrize("last", [LogisticRegression(max_iter=1_000), TREE], ids=["scores", "tree"])
def test_columns_of_texts_stand_beside_numbers_and_categories(last: Any, tmp_path: Path) -> None:
    columns = ColumnTransformer(
        [
            ("city", OneHotEncoder(handle_unknown="ignore"), [0]),
            ("title", TfidfVectorizer(ngram_range=(1, 2), stop_words="english"), 1),
            ("amount", StandardScaler(), [2]),
            ("body", make_pipeline(CountVectorizer(), TfidfTransformer()), 3),
        ]
    )
    model = make_pipeline(columns, last).fit(table(TRAINING, 0), LABELS)
    rows = table(FRESH, 1)

    predicted, _ = served(model, tmp_path).predict(rows.tolist())

    np.testing.assert_array_equal(predicted["prediction"], model.predict(rows))


def test_columns_of_nothing_but_texts_are_kept_apart(tmp_path: Path) -> None:
    columns = ColumnTransformer([("title", CountVectorizer(), 0), ("body", TfidfVectorizer(), 1)])
    model = make_pipeline(columns, TREE).fit(table(TRAINING, 0)[:, [1, 3]], LABELS)
    rows = table(FRESH, 1)[:, [1, 3]]

    predicted, _ = served(model, tmp_path).predict(rows.tolist())

    np.testing.assert_array_equal(predicted["prediction"], model.predict(rows))


def test_hashes_that_cancel_each_other_are_refused_before_xgboost(tmp_path: Path) -> None:
    model = make_pipeline(HashingVectorizer(n_features=64), XGBClassifier(n_estimators=2))

    with pytest.raises(Refused, match="train it with alternate_sign=False"):
        convert_estimator(model.fit(TRAINING, LABELS), tmp_path / "model.onnx")


def test_clients_see_the_text_and_not_its_terms(tmp_path: Path) -> None:
    model = make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(TRAINING, LABELS)

    signature = served(model, tmp_path).signature

    assert [(each.name, each.dtype, each.shape) for each in signature.inputs] == [
        ("X", "string", (None, 1))
    ]
    assert [(each.input, each.column) for each in signature.texts] == [("X", 0)]


def test_a_vocabulary_stays_in_the_graph(tmp_path: Path) -> None:
    words = [f"word{number}" for number in range(20_000)]
    model = make_pipeline(TfidfVectorizer(), LinearSVC())
    model.fit([" ".join(words[::2]), " ".join(words[1::2])], [0, 1])

    signature = served(model, tmp_path).signature

    assert len(json.dumps(signature.to_dict())) < 1_000


REFUSED: list[tuple[Any, str]] = [
    (
        CountVectorizer(tokenizer=str.split, token_pattern=None),
        "^CountVectorizer has a function as its tokenizer, which cannot be served",
    ),
    (
        TfidfVectorizer(preprocessor=str.strip),
        "^TfidfVectorizer has a function as its preprocessor",
    ),
    (TfidfVectorizer(analyzer=str.split), "^TfidfVectorizer has a function as its analyzer"),
    (
        HashingVectorizer(strip_accents=str.strip, n_features=8),
        "^HashingVectorizer has a function as its strip_accents",
    ),
    (
        TfidfVectorizer(token_pattern=r"\w*[a-z]+\w*"),
        r"^TfidfVectorizer has the token_pattern '.*', which cannot be served: a pattern must be",
    ),
    (
        HashingVectorizer(n_features=2**20 + 1),
        r"^HashingVectorizer has n_features=1048577; use at most 2\*\*20",
    ),
    (
        CountVectorizer(vocabulary=["", "team"]),
        "^CountVectorizer has a vocabulary with an empty term",
    ),
]


@pytest.mark.parametrize(("vectorizer", "sentence"), REFUSED)
def test_what_cannot_be_served_is_named(vectorizer: Any, sentence: str, tmp_path: Path) -> None:
    with pytest.raises(Refused, match=sentence):
        convert_estimator(vectorizer.fit(TRAINING), tmp_path / "model.onnx")


def test_the_inference_protocol_takes_the_text_itself(tmp_path: Path) -> None:
    model = make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(TRAINING, LABELS)
    record = Record("1", "owner", "texts", 1, "ready", "0" * 64, 0)
    loaded = Loaded(record, served(model, tmp_path), cold=False)
    given = {"name": "X", "datatype": "BYTES", "shape": [len(FRESH), 1], "data": FRESH}

    response, rows = infer(loaded, json.dumps({"inputs": [given]}).encode(), None)

    assert model_metadata(record, loaded.model.signature)["inputs"] == [
        {"name": "X", "datatype": "BYTES", "shape": [-1, 1]}
    ]
    outputs = {each["name"]: each["data"] for each in json.loads(response.json)["outputs"]}
    assert rows == len(FRESH)
    assert outputs["label"] == model.predict(FRESH).tolist()
