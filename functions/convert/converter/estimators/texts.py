"""Which vectorizers a model has, which column each one reads, and how ``predict`` makes its terms.

See :mod:`inferx.texts` for what a signature can say.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any

from scipy.sparse import issparse
from sklearn.compose import ColumnTransformer
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.neighbors._base import NeighborsBase

from converter.estimators.columns import text_readers_in
from converter.estimators.layout import Layout
from converter.loading.structure import parts_of
from inferx.errors import Refused
from inferx.texts import LONGEST_NGRAM, MOST_COLUMNS, STOP_WORDS, TextInput
from inferx.token_patterns import is_linear
from inferx.untrusted import MAX_NAME

_FUNCTIONS = ("preprocessor", "tokenizer", "analyzer", "strip_accents")
_HALF_PAIR = re.compile("[\ud800-\udfff]")


def with_texts(layout: Layout, estimator: Any) -> Layout:
    """Return the layout with the terms that the estimator's vectorizers make of its texts.

    Raises:
        Refused: naming the vectorizer and the parameter that cannot be served.
    """
    texts: dict[int, TextInput] = {}
    made: dict[TextInput, TextInput] = {}
    for vectorizer, position in _readers(estimator, len(layout.columns)):
        plain = _described(vectorizer, layout, position)
        named = made.setdefault(plain, _named(plain, f"terms_{len(made)}"))
        texts[id(vectorizer)] = named
    return layout.reading(texts)


def refuse_sparse_neighbours(estimator: Any) -> None:
    """Refuse what compares sparse rows in a way that no graph here does.

    Raises:
        Refused: naming the way round.
    """
    for part in parts_of(estimator):
        if not isinstance(part, NeighborsBase) or not issparse(getattr(part, "_fit_X", None)):
            continue
        if isinstance(part, KNeighborsClassifier | KNeighborsRegressor):
            continue
        raise Refused(
            f"{type(part).__name__} was fitted on sparse rows, among which only "
            "KNeighborsClassifier and KNeighborsRegressor have an ONNX form here; put "
            "TruncatedSVD in front of it."
        )


def vocabulary_of(vectorizer: Any) -> Mapping[str, int]:
    """Return each term's column.

    A vectorizer that was given its vocabulary, and has not yet been used, has it as it was given.
    """
    fitted = getattr(vectorizer, "vocabulary_", None)
    given = vectorizer.vocabulary if fitted is None else fitted
    if isinstance(given, Mapping):
        return {term: int(column) for term, column in given.items()}
    ordered = sorted(given) if isinstance(given, set) else given
    return {term: column for column, term in enumerate(ordered)}


@contextmanager
def unlisted_vocabularies(vectorizers: Iterable[Any]) -> Iterator[None]:
    """Show skl2onnx no dictionaries of terms, each of which it would inspect as an estimator."""
    vocabularies = [
        (each, vars(each)["vocabulary_"]) for each in vectorizers if "vocabulary_" in vars(each)
    ]
    for vectorizer, vocabulary in vocabularies:
        vectorizer.vocabulary_ = MappingProxyType(vocabulary)
    try:
        yield
    finally:
        for vectorizer, vocabulary in vocabularies:
            vectorizer.vocabulary_ = vocabulary


def _readers(estimator: Any, width: int) -> list[tuple[Any, int]]:
    """Return each fitted vectorizer with the column of the model's input that it reads."""
    positions: dict[int, int] = {}
    readers = text_readers_in(estimator)
    if width == 1:
        return [(reader, 0) for reader in readers]
    for part in parts_of(estimator):
        if isinstance(part, ColumnTransformer) and getattr(part, "n_features_in_", 0) == width:
            _place(part, positions)
    if any(id(reader) not in positions for reader in readers):
        raise Refused(
            "The model's structure does not show which column of its input holds the texts that "
            "a vectorizer reads; let a ColumnTransformer give each vectorizer its one column."
        )
    return [(reader, positions[id(reader)]) for reader in readers]


def _place(transformer: ColumnTransformer, positions: dict[int, int]) -> None:
    for name, step, _ in transformer.transformers_:
        columns = transformer._transformer_to_input_indices[name]  # no public twin
        if len(columns) == 1:
            for reader in text_readers_in(step):
                positions.setdefault(id(reader), int(columns[0]))


def _described(vectorizer: Any, layout: Layout, position: int) -> TextInput:
    title = type(vectorizer).__name__
    _check(vectorizer, title)
    words = vectorizer.analyzer == "word"
    hashed = isinstance(vectorizer, HashingVectorizer)
    return TextInput(
        name="",
        input=layout.input_of(position),
        column=position if layout.is_matrix else 0,
        lowercase=bool(vectorizer.lowercase),
        strip_accents=vectorizer.strip_accents or None,
        analyzer=vectorizer.analyzer,
        token_pattern=vectorizer.token_pattern if words else None,
        stop_words=_stop_words(vectorizer, title) if words else (),
        shortest=int(vectorizer.ngram_range[0]),
        longest=int(vectorizer.ngram_range[1]),
        hashed=hashed,
        columns=int(vectorizer.n_features) if hashed else _width(vectorizer, title),
    )


def _named(plain: TextInput, name: str) -> TextInput:
    fields = {field: getattr(plain, field) for field in plain.__slots__}
    return TextInput(**{**fields, "name": name})


def _check(vectorizer: Any, title: str) -> None:
    for parameter in _FUNCTIONS:
        if callable(getattr(vectorizer, parameter)):
            raise Refused(
                f"{title} has a function as its {parameter}, which cannot be served; use the "
                f"values that {title} knows, or prepare the texts before you send them."
            )
    if vectorizer.input != "content":
        raise Refused(f"{title} reads files (input={vectorizer.input!r}); fit it on the texts.")
    if vectorizer.analyzer == "word" and not is_linear(vectorizer.token_pattern or ""):
        raise Refused(
            f"{title} has the token_pattern {str(vectorizer.token_pattern)[:100]!r}, which cannot "
            "be served: a pattern must be one repeated character class, such as "
            r"'\S+' or '(?u)\b[\w-]+\b', or several of these with | between."
        )
    shortest, longest = vectorizer.ngram_range
    if not 1 <= shortest <= longest <= LONGEST_NGRAM:
        raise Refused(
            f"{title} has the ngram_range {(shortest, longest)}; from 1 to {LONGEST_NGRAM} can be "
            "served."
        )
    if isinstance(vectorizer, HashingVectorizer) and vectorizer.n_features > MOST_COLUMNS:
        raise Refused(f"{title} has n_features={vectorizer.n_features}; use at most 2**20.")


def _stop_words(vectorizer: Any, title: str) -> tuple[str, ...]:
    words = sorted(set(vectorizer.get_stop_words() or ()))
    if len(words) > STOP_WORDS or not _are_served(words):
        raise Refused(
            f"{title} has stop_words that cannot be served: at most {STOP_WORDS:,}, of at most "
            f"{MAX_NAME:,} characters each."
        )
    return tuple(words)


def _width(vectorizer: Any, title: str) -> int:
    vocabulary = vocabulary_of(vectorizer)
    if not 0 < len(vocabulary) <= MOST_COLUMNS:
        raise Refused(
            f"{title} has a vocabulary of {len(vocabulary):,} terms; up to {MOST_COLUMNS:,} can "
            "be served (max_features, min_df)."
        )
    if "" in vocabulary or any(map(_HALF_PAIR.search, vocabulary)):
        raise Refused(
            f"{title} has a vocabulary with an empty term, or with half of a surrogate pair; "
            "remove it from the vocabulary."
        )
    return len(vocabulary)


def _are_served(words: Iterable[str]) -> bool:
    return all(len(word) <= MAX_NAME and not _HALF_PAIR.search(word) for word in words)
