"""The terms of a text, as scikit-learn's vectorizers make them without functions of the user.

Each step does what the step of the same name of ``CountVectorizer.build_analyzer`` does:
https://github.com/scikit-learn/scikit-learn/blob/main/sklearn/feature_extraction/text.py
"""

import re
import unicodedata
from collections.abc import Sequence

from inferx.errors import BadInput, TooLarge
from inferx.texts import TextInput

MOST_TERMS = 1_000_000
MOST_CHARACTERS = 16_000_000
"""Of all terms of one text together: neighbours that are joined repeat each other's characters."""

_SPACES = re.compile(r"\s\s+")
_HALF_PAIR = re.compile("[\ud800-\udfff]")


class Analysis:
    """Makes terms of texts.

    Args:
        how: the description of the steps.
    """

    def __init__(self, how: TextInput) -> None:
        self._how = how
        self._stop_words = frozenset(how.stop_words)
        self._find = re.compile(how.token_pattern or "").findall
        self._sizes = range(how.shortest, how.longest + 1)

    def terms(self, text: str) -> list[str]:
        """Return the terms in the order in which they are in the text, shorter ones first.

        Raises:
            BadInput: the text holds half of a surrogate pair, which no encoding has.
            TooLarge: they are too many.
        """
        if not text.isascii() and _HALF_PAIR.search(text):
            raise BadInput("A text holds half of a surrogate pair, which is no character.")
        if self._how.lowercase:
            text = text.lower()
        if self._how.strip_accents and not text.isascii():
            text = _without_accents(text, ascii_only=self._how.strip_accents == "ascii")
        if self._how.analyzer == "word":
            return self._of_words(text)
        text = _SPACES.sub(" ", text)
        return self._of_characters(text) if self._how.analyzer == "char" else self._within(text)

    def _of_words(self, text: str) -> list[str]:
        words: list[str] = self._find(text)
        if self._stop_words:
            words = [word for word in words if word not in self._stop_words]
        if self._how.longest == 1:
            _check(len(words), len(text))
            return words
        self._check_joined(len(words), len(text) + len(words))
        terms = list(words) if self._how.shortest == 1 else []
        for size in self._sizes:
            if size > 1:
                starts = range(len(words) - size + 1)
                terms += [" ".join(words[start : start + size]) for start in starts]
        return terms

    def _of_characters(self, text: str) -> list[str]:
        self._check_joined(len(text), len(text))
        return [
            text[start : start + size]
            for size in self._sizes
            for start in range(len(text) - size + 1)
        ]

    def _within(self, text: str) -> list[str]:
        words = [f" {word} " for word in text.split()]
        length = sum(map(len, words))
        self._check_joined(length, length)
        terms = []
        for word in words:
            for size in self._sizes:
                terms.append(word[:size])  # even one that is shorter
                terms += [word[start : start + size] for start in range(1, len(word) - size + 1)]
                if len(word) <= size:
                    break
        return terms

    def _check_joined(self, parts: int, characters: int) -> None:
        """Check what neighbours will take before they are joined."""
        sizes = self._sizes[: max(parts, 1)]
        _check(parts * len(sizes), characters * sum(sizes))


def _check(terms: int, characters: int) -> None:
    if terms > MOST_TERMS or characters > MOST_CHARACTERS:
        raise TooLarge(
            "A text is too long for this model: its terms may be "
            f"{MOST_TERMS:,}, of {MOST_CHARACTERS:,} characters together."
        )


def _without_accents(text: str, *, ascii_only: bool) -> str:
    # Character by character: in one piece, normalizing takes time quadratic in a run of marks,
    # only to sort what is removed here.
    kept = {ord(each): _plain(each, ascii_only) for each in set(text) if not each.isascii()}
    return text.translate(kept)


def _plain(character: str, ascii_only: bool) -> str:
    parts: Sequence[str] = unicodedata.normalize("NFKD", character)
    if ascii_only:
        return "".join(part for part in parts if part.isascii())
    return "".join(part for part in parts if not unicodedata.combining(part))
