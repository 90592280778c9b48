"""Which columns a fitted scikit-learn model takes, read from the model alone."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from sklearn.compose import ColumnTransformer
from sklearn.feature_extraction.text import CountVectorizer, HashingVectorizer
from sklearn.impute import MissingIndicator, SimpleImputer
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.utils import get_tags

from converter.estimators.members import members_of
from converter.estimators.missing import of_categories, of_strings
from converter.limits import FEATURES
from converter.loading.structure import parts_of
from inferx.errors import Refused

NUMBER, STRING, TEXT = "number", "string", "text"
_TEXT_READERS = (CountVectorizer, HashingVectorizer)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a model's input; ``text`` is a string that gets split into words.

    Null is None for the original where ``none_is_missing``, else NaN. A table drops a column that
    is ``ignored``, whatever it holds. Whether numbers may be ``infinite`` is found by asking.
    """

    name: str | None
    kind: str
    nullable: bool = False
    none_is_missing: bool = False
    ignored: bool = False
    infinite: bool = False


_IGNORED = Column(None, NUMBER, nullable=True, ignored=True)


def columns_of(estimator: Any) -> list[Column]:  # any fitted estimator
    """List the columns in the order the model was trained with.

    Args:
        estimator: fitted, unwrapped (:mod:`converter.estimators.unwrap`).

    Raises:
        Refused: when the model does not know how many columns it takes.
    """
    count = _width(estimator)
    if not 0 < count <= FEATURES:
        raise Refused(f"The model takes {count:,} features; from 1 to {FEATURES:,} can be served.")
    columns = _ignored_like_others(_passed_through(estimator, _kinds(estimator, count)))
    names = _names(estimator)
    if names is None or len(names) != count:
        return columns
    return [replace(column, name=str(name)) for column, name in zip(columns, names, strict=True)]


def _names(estimator: Any) -> Any:
    names = getattr(estimator, "feature_names_in_", None)
    if names is None:  # which a wrapper need not keep
        for member, seen in members_of(first_step(estimator))[:1]:
            return None if seen else _names(member)
    return names


def first_step(estimator: Any) -> Any:
    """Return the estimator that sees the input first: the first real step of nested pipelines."""
    while isinstance(estimator, Pipeline):
        steps = [step for _, step in estimator.steps if step is not None and step != "passthrough"]
        if not steps:
            return estimator
        estimator = steps[0]
    return estimator


def reads_text(step: Any) -> bool:
    """Return whether a step of a model splits a column of texts into terms."""
    if isinstance(step, FeatureUnion):
        return any(reads_text(part) for _, part in step.transformer_list)
    first = first_step(step)
    if isinstance(first, FeatureUnion):
        return reads_text(first)
    if isinstance(first, ColumnTransformer | str):
        return False
    return bool(text_readers_in(first))


def text_readers_in(step: Any) -> list[Any]:
    """List the fitted vectorizers of texts that a step is made of."""
    return [
        part
        for part in parts_of(step)
        if isinstance(part, HashingVectorizer)
        or (isinstance(part, CountVectorizer) and (_is_fitted(part)))
    ]


def _is_fitted(vectorizer: CountVectorizer) -> bool:
    return hasattr(vectorizer, "vocabulary_") or vectorizer.vocabulary is not None


def _width(estimator: Any) -> int:
    first = first_step(estimator)
    if isinstance(first, _TEXT_READERS):
        return 1
    if isinstance(first, FeatureUnion):
        return max(_width(part) for _, part in first.transformer_list)
    for candidate in (estimator, first):
        width = getattr(candidate, "n_features_in_", None)
        if width is not None:
            return int(width)
    if type(first).__name__ == "IsotonicRegression" or reads_text(first):
        return 1
    name = type(first).__name__
    raise Refused(f"{name} does not say how many features it takes; fit it with a 2-D array.")


def _kinds(step: Any, count: int) -> list[Column]:
    if step is None or isinstance(step, str):
        return [Column(None, NUMBER)] * count
    first = first_step(step)
    if isinstance(first, _TEXT_READERS):
        return [Column(None, TEXT)] * count
    if isinstance(first, ColumnTransformer):
        return _transformer_kinds(first, count)
    parts = _parts(first)
    if parts:
        return _joined_kinds(parts, count)
    if count == 1 and reads_text(first):  # a wrapper around models of texts
        return [Column(None, TEXT)]
    if hasattr(first, "categories_"):
        return [
            Column(None, STRING if _is_text(kept) else NUMBER, *of_categories(first, kept))
            for kept in first.categories_
        ]
    if isinstance(first, SimpleImputer):
        return [
            Column(None, STRING, *of_strings(first))
            if isinstance(value, str)
            else Column(None, NUMBER, nullable=True)
            for value in np.asarray(first.statistics_, dtype=object)
        ]
    if isinstance(first, MissingIndicator) and first._precomputed is False:  # no public twin
        nullable = True
    else:
        nullable = bool(get_tags(first).input_tags.allow_nan)
    return [Column(None, NUMBER, nullable)] * count


def _parts(step: Any) -> list[tuple[Any, list[int] | None]]:
    """List what a union or a wrapper hands its rows to, with the columns that each sees."""
    if isinstance(step, FeatureUnion):
        return [(part, None) for _, part in step.transformer_list]
    return members_of(step)


def _joined_kinds(members: list[tuple[Any, list[int] | None]], count: int) -> list[Column]:
    """Join what the parts of a step say."""
    readings: list[list[Column]] = [[] for _ in range(count)]
    for member, seen in members:
        columns = range(count) if seen is None else seen
        for position, found in zip(columns, _kinds(member, len(columns)), strict=True):
            readings[position].append(found)
    return [_read_by_all(each) if each else Column(None, NUMBER) for each in readings]


def _read_by_all(readings: Sequence[Column]) -> Column:
    """Return a column that several steps read: null must mean the same to all of them.

    What sees only whether values are missing knows no strings, and takes any.
    """
    readings = [seen for seen in readings if not seen.ignored] or readings
    alike = [seen for seen in readings if seen.kind != NUMBER] or list(readings)
    first = next((seen for seen in alike if seen.kind == TEXT), alike[0])
    same = all(seen.none_is_missing == first.none_is_missing for seen in alike)
    nullable = same and all(seen.nullable for seen in readings)
    return replace(first, nullable=nullable)


def _transformer_kinds(transformer: ColumnTransformer, count: int) -> list[Column]:
    readings: list[list[Column]] = [[] for _ in range(count)]
    for name, step, _ in transformer.transformers_:
        if isinstance(step, str) and step == "drop":
            continue
        positions = transformer._transformer_to_input_indices[name]  # no public twin
        for position, found in zip(positions, _kinds(step, len(positions)), strict=True):
            readings[position].append(found)
    return [_read_by_all(found) if found else _IGNORED for found in readings]


def _ignored_like_others(columns: list[Column]) -> list[Column]:
    """Put what is ignored among strings where all that is read is strings: in one matrix."""
    read = [column for column in columns if not column.ignored]
    if not read or any(column.kind == NUMBER for column in read):
        return columns
    return [replace(column, kind=STRING) if column.ignored else column for column in columns]


def _passed_through(estimator: Any, columns: list[Column]) -> list[Column]:
    """Allow missing values in columns passed through to a next step that takes them."""
    steps = [step for _, step in estimator.steps] if isinstance(estimator, Pipeline) else []
    if len(steps) < 2 or not isinstance(steps[0], ColumnTransformer):
        return columns
    if not get_tags(steps[1]).input_tags.allow_nan:
        return columns
    handed_on = {
        int(position)
        for _, part, positions in steps[0].transformers_
        if isinstance(part, FunctionTransformer) and part.func is None
        for position in positions
    }
    return [
        replace(column, nullable=True) if position in handed_on else column
        for position, column in enumerate(columns)
    ]


def _is_text(categories: Any) -> bool:  # an array of one column's categories
    values = np.asarray(categories)
    return values.dtype.kind in "US" or any(isinstance(value, str) for value in values.tolist())
