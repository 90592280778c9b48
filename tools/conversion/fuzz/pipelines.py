"""Random pipelines over random tables."""

from typing import Any

import numpy as np
from sklearn.compose import ColumnTransformer
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import CountVectorizer, HashingVectorizer, TfidfVectorizer
from sklearn.feature_selection import SelectKBest
from sklearn.impute import KNNImputer, SimpleImputer
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.preprocessing import (
    KBinsDiscretizer,
    MinMaxScaler,
    RobustScaler,
    StandardScaler,
)

from tools.conversion.fuzz import columns
from tools.conversion.fuzz.choices import pick
from tools.conversion.fuzz.columns import FLAG, NUMBER, STRING, Column
from tools.conversion.fuzz.encoders import behind_imputer, encoder
from tools.conversion.fuzz.models import member, predictor, transformer
from tools.conversion.fuzz.tables import NONE, Table
from tools.conversion.fuzz.wrappers import wrapped


def of_numbers(draw: np.random.Generator, task: str) -> tuple[Any, Table]:
    """Draw a model over a matrix of numbers: alone, behind steps, or wrapped."""
    positive, missing = draw.random() < 0.3, draw.random() < 0.3
    width = int(draw.integers(1, 7))
    table = Table(
        tuple(columns.number(draw, positive=positive, missing=missing) for _ in range(width))
    )

    def behind_steps() -> Any:
        steps = [SimpleImputer(strategy=pick(draw, "mean", "median"))] if missing else []
        steps += [transformer(draw) for _ in range(int(draw.integers(0, 3)))]
        if draw.random() < 0.1:
            steps.append(FeatureUnion([("a", transformer(draw)), ("b", transformer(draw))]))
        last = member(draw, task) if task != NONE else predictor(draw, task)
        return make_pipeline(*steps, last) if steps else last

    if task == NONE:
        return pick(
            draw,
            transformer(draw),
            behind_steps(),
            make_pipeline(transformer(draw), transformer(draw)),
        ), table
    kind = draw.random()
    if kind < 0.35:
        return predictor(draw, task), table
    if kind < 0.7:
        return behind_steps(), table
    return wrapped(draw, task, behind_steps), table


def of_tables(draw: np.random.Generator, task: str) -> tuple[Any, Table]:
    """Draw a model over a mixed table, by a ColumnTransformer."""
    parts = [columns.number(draw, missing=True) for _ in range(int(draw.integers(1, 4)))]
    absent = pick(draw, None, np.nan)
    parts += [columns.string(draw, absent) for _ in range(int(draw.integers(1, 3)))]
    parts += [columns.codes(draw) for _ in range(int(draw.integers(0, 2)))]
    if draw.random() < 0.15:
        parts.append(columns.flag(draw))
    if draw.random() < 0.15:
        parts.append(columns.text(draw))
    order = draw.permutation(len(parts))
    table = Table(tuple(parts[i] for i in order))
    steps = _column_steps(draw, table)
    remainder = pick(draw, "drop", "passthrough")
    model = member(draw, task) if task != NONE else pick(draw, None, predictor(draw, NONE))
    transform = ColumnTransformer(
        steps,
        remainder="drop" if any(c.kind != NUMBER for c in parts) and len(steps) < 2 else remainder,
        sparse_threshold=pick(draw, 0.3, 0.0, 1.0),
    )
    extra = [transformer(draw)] if draw.random() < 0.2 else []
    pipeline = make_pipeline(transform, *extra, *([model] if model is not None else []))
    if task != NONE and draw.random() < 0.25:
        return wrapped(draw, task, lambda: pipeline), table
    return pipeline, table


def _column_steps(draw: np.random.Generator, table: Table) -> list[tuple[str, Any, Any]]:
    by_kind: dict[str, list[int]] = {}
    for position, column in enumerate(table.columns):
        kind = "codes" if column.shape in ("few codes", "counts", "flags") else column.kind
        by_kind.setdefault(kind, []).append(position)
    steps: list[tuple[str, Any, Any]] = []
    for kind, positions in by_kind.items():
        chosen = [table.columns[position] for position in positions]
        if kind == NUMBER:
            steps.append((kind, _numeric(draw), positions))
        elif kind in (STRING, FLAG):
            steps.append((kind, _of_strings(draw, chosen), positions))
        elif kind == "codes":
            holes = any(column.missing for column in chosen) and draw.random() < 0.6
            steps.append((kind, _numeric(draw) if holes else encoder(draw), positions))
        else:
            steps.append((kind, vectorizer(draw), positions[0]))
    return steps


def _of_strings(draw: np.random.Generator, chosen: list[Column]) -> Any:
    absent = {column.absent for column in chosen if column.missing}
    if len(absent) == 1 and draw.random() < 0.5:
        return behind_imputer(draw, absent.pop())
    return encoder(draw)


def _numeric(draw: np.random.Generator) -> Any:
    imputer = pick(
        draw,
        SimpleImputer(),
        SimpleImputer(strategy="median", add_indicator=True),
        SimpleImputer(strategy="most_frequent"),
        SimpleImputer(strategy="constant", fill_value=pick(draw, 0, -1, -999.5)),
        KNNImputer(n_neighbors=2),
    )
    after = pick(
        draw,
        None,
        StandardScaler(),
        MinMaxScaler(),
        RobustScaler(),
        KBinsDiscretizer(3),
        transformer(draw),
    )
    return imputer if after is None else make_pipeline(imputer, after)


def vectorizer(draw: np.random.Generator) -> Any:
    """Draw a vectorizer of texts."""
    options: dict[str, Any] = {
        "lowercase": pick(draw, True, True, False),
        "strip_accents": pick(draw, None, None, "ascii", "unicode"),
        "analyzer": pick(draw, "word", "word", "word", "char", "char_wb"),
        "ngram_range": pick(draw, (1, 1), (1, 1), (1, 2), (2, 3)),
        "stop_words": pick(draw, None, None, "english", ["the", "и"]),
        "token_pattern": pick(draw, r"(?u)\b\w\w+\b", r"(?u)\b\w+\b", r"\S+", r"[a-zA-Z]+"),
        "binary": pick(draw, False, False, True),
    }
    kind = draw.random()
    if kind < 0.2:
        return HashingVectorizer(
            **options,
            n_features=pick(draw, 16, 128),
            alternate_sign=pick(draw, True, False),
            norm=pick(draw, None, "l1", "l2"),
        )
    options |= {"min_df": pick(draw, 1, 1, 2), "max_features": pick(draw, None, None, 20)}
    if kind < 0.5:
        return CountVectorizer(**options)
    return TfidfVectorizer(
        **options,
        norm=pick(draw, None, "l1", "l2"),
        use_idf=pick(draw, True, False),
        smooth_idf=pick(draw, True, False),
        sublinear_tf=pick(draw, False, True),
    )


def of_texts(draw: np.random.Generator, task: str) -> tuple[Any, Table]:
    """Draw a model over a column of texts."""
    table = Table((columns.text(draw),))
    reader = vectorizer(draw)
    if draw.random() < 0.15:
        reader = FeatureUnion([("a", reader), ("b", vectorizer(draw))])
    between = pick(draw, None, None, None, TruncatedSVD(2, random_state=0), SelectKBest(k=3))
    steps = [reader, *([between] if between is not None and task != NONE else [])]
    if task == NONE:
        return make_pipeline(*steps), table
    pipeline = make_pipeline(*steps, member(draw, task))
    if draw.random() < 0.2:
        return wrapped(draw, task, lambda: pipeline), table
    return pipeline, table
