"""The terms of a text are those of scikit-learn's vectorizers, term for term."""

import time
from collections import Counter
from collections.abc import Mapping
from itertools import product
from typing import Any

import numpy as np
import pytest
from sklearn.feature_extraction import FeatureHasher
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.utils import murmurhash3_32

from inferx.errors import BadInput, TooLarge
from inferx.serving.inputs.murmurhash import murmurhash, signed_column
from inferx.serving.inputs.text_feeds import TextFeeds
from inferx.serving.inputs.text_terms import Analysis
from inferx.texts import TextInput
from tests.support.texts import texts

TEXTS = texts(3_000)
PATTERNS = (
    r"(?u)\b\w\w+\b",
    r"\S+",
    r"\w+",
    r"(?u)\b\w+\b",
    "[a-zA-Z]+",
    r"\b[^\d\W]+\b",
    r"\w+|\$[\d\.]+|\S+",
)


def described(**changes: Any) -> TextInput:
    fields: dict[str, Any] = {
        "name": "terms_0",
        "input": "X",
        "column": 0,
        "lowercase": True,
        "strip_accents": None,
        "analyzer": "word",
        "token_pattern": r"(?u)\b\w\w+\b",
        "stop_words": (),
        "shortest": 1,
        "longest": 1,
        "hashed": False,
        "columns": 10,
    }
    if changes.get("analyzer", "word") != "word":
        fields["token_pattern"] = None
    return TextInput(**{**fields, **changes})


def assert_same_terms(ours: TextInput, **parameters: Any) -> None:
    theirs = CountVectorizer(
        lowercase=ours.lowercase,
        strip_accents=ours.strip_accents,
        analyzer=ours.analyzer,
        ngram_range=(ours.shortest, ours.longest),
        **parameters,
    ).build_analyzer()
    analysis = Analysis(ours)
    different = [text for text in TEXTS if Counter(analysis.terms(text)) != Counter(theirs(text))]
    assert different == []


@pytest.mark.parametrize("pattern", PATTERNS)
def test_words_are_found_as_scikit_learn_finds_them(pattern: str) -> None:
    for lowercase, accents in product((True, False), (None, "ascii", "unicode")):
        ours = described(lowercase=lowercase, strip_accents=accents, token_pattern=pattern)
        assert_same_terms(ours, token_pattern=pattern)


@pytest.mark.parametrize("sizes", [(1, 2), (2, 2), (2, 3), (1, 7)])
def test_stop_words_are_dropped_before_words_are_joined(sizes: tuple[int, int]) -> None:
    stop_words = ["the", "at", "with", "of", "and", "школа"]
    ours = described(shortest=sizes[0], longest=sizes[1], stop_words=tuple(stop_words))

    assert_same_terms(ours, stop_words=stop_words)


@pytest.mark.parametrize("analyzer", ["char", "char_wb"])
@pytest.mark.parametrize("sizes", [(1, 1), (1, 3), (2, 5), (7, 9)])
def test_characters_are_joined_as_scikit_learn_joins_them(
    analyzer: str, sizes: tuple[int, int]
) -> None:
    for lowercase, accents in ((True, None), (False, None), (True, "unicode"), (True, "ascii")):
        ours = described(
            analyzer=analyzer,
            lowercase=lowercase,
            strip_accents=accents,
            shortest=sizes[0],
            longest=sizes[1],
        )
        assert_same_terms(ours)


def test_hashes_are_scikit_learns() -> None:
    assert [murmurhash(text) for text in TEXTS] == [murmurhash3_32(text) for text in TEXTS]


@pytest.mark.parametrize("columns", [1, 2, 7, 1_000, 2**20])
def test_a_hashed_term_has_scikit_learns_column_and_sign(columns: int) -> None:
    terms = [text for text in TEXTS if text]
    theirs = FeatureHasher(columns, input_type="string").transform([[term] for term in terms])

    ours = np.array([signed_column(term, columns) for term in terms])

    np.testing.assert_array_equal(np.abs(ours) - 1, theirs.indices)
    np.testing.assert_array_equal(np.sign(ours), theirs.data)


def test_the_smallest_hash_has_the_column_that_scikit_learn_defines(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("inferx.serving.inputs.murmurhash.murmurhash", lambda _: -(2**31))

    assert signed_column("any", 1_000) == -((2_147_483_647 - 999) % 1_000 + 1)


def test_accents_are_removed_from_a_long_run_of_marks_in_time_linear_in_it() -> None:
    analysis = Analysis(described(strip_accents="unicode", token_pattern=r"\S+"))
    marks = "a" + "\u0301\u0323" * 500_000

    started = time.perf_counter()
    assert analysis.terms(marks) == ["a"]

    assert time.perf_counter() - started < 5  # in one piece it takes hours


def test_half_of_a_surrogate_pair_is_refused() -> None:
    with pytest.raises(BadInput, match="half of a surrogate pair"):
        Analysis(described()).terms("a \ud800 b")


@pytest.mark.parametrize(
    ("how", "text"),
    [
        (described(), "ab " * 1_000_001),
        (described(longest=100), "abc " * 20_000),
        (described(analyzer="char", longest=5), "a" * 300_000),
        (described(analyzer="char_wb", longest=5), "a" * 300_000),
    ],
)
def test_a_text_of_too_many_terms_is_refused(how: TextInput, text: str) -> None:
    with pytest.raises(TooLarge, match="A text is too long for this model"):
        Analysis(how).terms(text)


class Session:
    """Stands for a graph that returns its input."""

    def __init__(self) -> None:
        self.runs: list[Mapping[str, Any]] = []

    def run(self, _: list[str], feed: Mapping[str, Any], /) -> list[Any]:
        self.runs.append(feed)
        return [np.array([" ".join(row).strip() for row in feed["terms_0"]], dtype=object)]


def run(session: Session, how: TextInput, rows: list[str]) -> list[str]:
    column = np.array(rows, dtype=object).reshape(-1, 1)
    (joined,) = TextFeeds([how], ["terms_0"]).run(session, ["any"], {"X": column})
    listed: list[str] = joined.tolist()
    return listed


def test_rows_are_filled_up_with_empty_terms_and_the_text_itself_is_not_passed_on() -> None:
    session = Session()

    assert run(session, described(), ["One two", "", "three"]) == ["one two", "", "three"]

    (feed,) = session.runs
    assert feed.keys() == {"terms_0"}
    assert feed["terms_0"].tolist() == [["one", "two"], ["", ""], ["three", ""]]


def test_one_long_text_does_not_widen_a_thousand_short_ones() -> None:
    session = Session()
    rows = ["aa bb"] * 500 + ["cc " * 100_000] + ["dd ee"] * 500

    assert run(session, described(), rows) == [row.strip() for row in rows]

    assert max(feed["terms_0"].size for feed in session.runs) <= 1_000_000


def test_a_wide_graph_is_run_few_rows_at_a_time() -> None:
    session = Session()

    run(session, described(columns=2**20), ["aa"] * 10)

    assert [len(feed["terms_0"]) for feed in session.runs] == [4, 4, 2]
