"""Pipelines over mixed tables and texts, unfitted, with their data."""

from typing import Any

import numpy as np
from sklearn.compose import ColumnTransformer
from sklearn.decomposition import TruncatedSVD
from sklearn.ensemble import (
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
)
from sklearn.experimental import enable_iterative_imputer  # noqa: F401  # switches it on
from sklearn.feature_extraction.text import CountVectorizer, HashingVectorizer, TfidfVectorizer
from sklearn.impute import IterativeImputer, KNNImputer, SimpleImputer
from sklearn.linear_model import (
    LogisticRegression,
    Ridge,
)
from sklearn.naive_bayes import ComplementNB, MultinomialNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    OneHotEncoder,
    OrdinalEncoder,
    RobustScaler,
    StandardScaler,
    TargetEncoder,
)
from sklearn.svm import LinearSVC

_SENTENCES = [
    "free money win prize now",
    "meeting at noon with the team",
    "win a free holiday prize",
    "please review the attached report",
    "cheap loans and free money",
    "lunch tomorrow with the team at noon",
] * 8
_TOPICS = np.array(["spam", "ham", "spam", "ham", "spam", "ham"] * 8)


def table(missing: bool = False) -> tuple[Any, Any, Any]:
    """Return a mixed table (city, plan, age, income), labels and amounts."""
    draw = np.random.default_rng(0)
    city = draw.choice(["Bern", "Oslo", "Rome", "Zürich"], 300)
    plan = draw.choice(["basic", "pro"], 300)
    age = draw.integers(18, 90, 300).astype(float)
    income = draw.lognormal(10, 1, 300)
    score = (city == "Rome") * 2.0 + (plan == "pro") + age / 40 + np.log(income) / 5
    if missing:
        age[draw.random(300) < 0.1] = np.nan
        income[draw.random(300) < 0.1] = np.nan
    rows = np.column_stack([np.array(part, dtype=object) for part in (city, plan, age, income)])
    return rows, np.where(score > np.median(score), "yes", "no"), score


def _columns(*numeric: Any, encoder: Any = None) -> ColumnTransformer:
    encoder = encoder or OneHotEncoder(handle_unknown="ignore")
    return ColumnTransformer(
        [("words", encoder, [0, 1]), ("numbers", make_pipeline(*numeric), [2, 3])]
    )


def of_tables() -> dict[str, tuple[Any, Any, Any]]:
    """Return each recipe with its rows and target, by name."""
    rows, labels, amounts = table()
    holes, hole_labels, _ = table(missing=True)
    ordinal = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)
    forest = RandomForestClassifier(20, random_state=0)
    logistic = LogisticRegression(max_iter=1_000)
    return {
        "one-hot and scaled, logistic regression": (
            make_pipeline(_columns(StandardScaler()), logistic),
            rows,
            labels,
        ),
        "one-hot and scaled, forest": (
            make_pipeline(_columns(StandardScaler()), forest),
            rows,
            labels,
        ),
        "ordinal and plain, forest": (
            make_pipeline(_columns("passthrough", encoder=ordinal), forest),
            rows,
            labels,
        ),
        "categories in histogram boosting": (
            HistGradientBoostingClassifier(categorical_features=[0, 1], max_iter=20),
            rows,
            labels,
        ),
        "ordinal, histogram boosting over codes": (
            make_pipeline(
                _columns("passthrough", encoder=ordinal),
                HistGradientBoostingClassifier(categorical_features=[0, 1], max_iter=20),
            ),
            rows,
            labels,
        ),
        "imputed and scaled, logistic regression": (
            make_pipeline(_columns(SimpleImputer(), StandardScaler()), logistic),
            holes,
            hole_labels,
        ),
        "imputed by median, boosting": (
            make_pipeline(
                _columns(SimpleImputer(strategy="median")),
                GradientBoostingClassifier(n_estimators=10),
            ),
            holes,
            hole_labels,
        ),
        "imputed with indicator": (
            make_pipeline(_columns(SimpleImputer(add_indicator=True)), logistic),
            holes,
            hole_labels,
        ),
        "one-hot, first dropped": (
            make_pipeline(_columns(RobustScaler(), encoder=OneHotEncoder(drop="first")), logistic),
            rows,
            labels,
        ),
        "mixed table, ridge": (make_pipeline(_columns(StandardScaler()), Ridge()), rows, amounts),
        "target encoded, logistic regression": (
            make_pipeline(
                _columns(StandardScaler(), encoder=TargetEncoder(random_state=0)), logistic
            ),
            rows,
            labels,
        ),
        "columns by k-NN imputer": (
            make_pipeline(_columns(KNNImputer(), StandardScaler()), logistic),
            holes,
            hole_labels,
        ),
        "columns by iterative imputer": (
            make_pipeline(_columns(IterativeImputer(random_state=0)), logistic),
            holes,
            hole_labels,
        ),
    }


def of_texts() -> dict[str, tuple[Any, Any, Any]]:
    """Return each recipe with its rows and target, by name."""
    return {
        "TF-IDF, logistic regression": (
            make_pipeline(TfidfVectorizer(), LogisticRegression()),
            _SENTENCES,
            _TOPICS,
        ),
        "TF-IDF, sublinear": (
            make_pipeline(TfidfVectorizer(sublinear_tf=True), LogisticRegression()),
            _SENTENCES,
            _TOPICS,
        ),
        "TF-IDF of pairs, linear SVC": (
            make_pipeline(TfidfVectorizer(ngram_range=(1, 2)), LinearSVC()),
            _SENTENCES,
            _TOPICS,
        ),
        "counts, multinomial NB": (
            make_pipeline(CountVectorizer(), MultinomialNB()),
            _SENTENCES,
            _TOPICS,
        ),
        "counts without stop words, complement NB": (
            make_pipeline(CountVectorizer(stop_words="english"), ComplementNB()),
            _SENTENCES,
            _TOPICS,
        ),
        "characters, logistic regression": (
            make_pipeline(
                TfidfVectorizer(analyzer="char", ngram_range=(2, 3)), LogisticRegression()
            ),
            _SENTENCES,
            _TOPICS,
        ),
        "TF-IDF, SVD, forest": (
            make_pipeline(
                TfidfVectorizer(),
                TruncatedSVD(3, random_state=0),
                RandomForestClassifier(10, random_state=0),
            ),
            _SENTENCES,
            _TOPICS,
        ),
        "hashed words": (
            make_pipeline(HashingVectorizer(n_features=64), LogisticRegression()),
            _SENTENCES,
            _TOPICS,
        ),
    }
