"""Texts that vectorizers read differently when a conversion is wrong.

They are made of the model's own terms, in every case and with accents, with stop words in between
and with the characters at which Unicode's rules for words, spaces and cases part.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.sparse import issparse
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.pipeline import Pipeline

from converter.estimators.columns import text_readers_in
from converter.estimators.texts import vocabulary_of

_TERMS = 2_000
_ROWS = 2_000
_KEPT = 0.8
"""How many of its terms a text shares with the stored one that it is drawn from."""
_STRANGE = (
    "РАКЕТА",  # noqa: RUF001  # letters that look like others are meant
    "École",
    "ΟΔΟΣ",
    "İSTANBUL ırmak",  # noqa: RUF001  # as above
    "Straße STRASSE",
    "e\u0301te\u0301",
    "中文 字",
    "हिन्दी",
    "ﬁn ①² ½",
    "👩\u200d👧 🇨🇭",
    "co-op",
    "it's",
    "under_score",
    "42 3.14 7th",
    "a",
    "Zzyx9,",
    "\u0000",
)
_BETWEEN = (" ", " ", " ", " ", "\n", "\t ", "  ", ", ", "\u00a0", "\u2009", "\u200b", "-", "_", "")


def texts_for(step: Any, count: int, draw: np.random.Generator) -> Any:
    """Draw texts for the vectorizers of one step."""
    terms, stop_words = _known(step, draw)
    drawn = [_text(terms, stop_words, row, draw) for row in range(count)]
    stored = _stored(step)
    if stored:
        drawn[1::2] = [_beside(_pick(stored, draw), terms, draw) for _ in drawn[1::2]]
    drawn[0] = ""
    return np.array(drawn, dtype=object)


def _stored(step: Any) -> list[list[str]]:
    """List the terms of the texts that nearest neighbours behind a vectorizer have stored."""
    if not isinstance(step, Pipeline) or not isinstance(step.steps[0][1], CountVectorizer):
        return []
    rows: Any = getattr(step.steps[-1][1], "_fit_X", None)
    columns = vocabulary_of(step.steps[0][1])
    if not issparse(rows) or rows.shape[1] != len(columns):
        return []
    terms = sorted(columns, key=columns.__getitem__)
    compressed = rows.tocsr()[:_ROWS]
    bounds = zip(compressed.indptr, compressed.indptr[1:], strict=False)
    return [[terms[place] for place in compressed.indices[low:high]] for low, high in bounds]


def _beside(stored: list[str], terms: list[str], draw: np.random.Generator) -> str:
    """Leave out some terms of a stored text and add up to two others."""
    kept = [term for term in stored if draw.random() < _KEPT]
    return " ".join([*kept, *(_pick(terms, draw) for _ in range(draw.integers(0, 3)))])


def _known(step: Any, draw: np.random.Generator) -> tuple[list[str], list[str]]:
    terms: list[str] = []
    stop_words: set[str] = set()
    for reader in text_readers_in(step):
        known = list(vocabulary_of(reader)) if isinstance(reader, CountVectorizer) else []
        draw.shuffle(known)
        terms += known[:_TERMS]
        stop_words |= set(reader.get_stop_words() or ())
    return terms or list(_STRANGE), sorted(stop_words)


def _text(terms: list[str], stop_words: list[str], row: int, draw: np.random.Generator) -> str:
    parts = [_pick(terms, draw) for _ in range(draw.integers(1, 12))]
    if row % 3 == 0:  # as texts are
        return " ".join(parts)
    parts = [_turned(part, draw) for part in parts]
    for others in (_STRANGE, stop_words):
        for _ in range(draw.integers(0, 3) if others else 0):
            parts.insert(draw.integers(0, len(parts) + 1), _pick(others, draw))
    return "".join(f"{part}{_pick(_BETWEEN, draw)}" for part in parts)


def _turned(term: str, draw: np.random.Generator) -> str:
    turn = draw.integers(0, 5)
    if turn == 0:
        return term.upper()
    if turn == 1:
        return term.capitalize()
    if turn == 2 and term:  # an accent on one of its letters
        place = int(draw.integers(0, len(term))) + 1
        return f"{term[:place]}\u0301{term[place:]}"
    return term


def _pick[Choice](choices: Sequence[Choice], draw: np.random.Generator) -> Choice:
    return choices[int(draw.integers(0, len(choices)))]
