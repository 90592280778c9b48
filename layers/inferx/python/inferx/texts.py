"""How ``predict`` prepares a text: what the graph of a model of texts cannot do exactly.

ONNX has no lowercasing as Python does it, no accents, no characters of words, and its regular
expressions are not Python's. So the signature says how a text becomes terms, and the graph takes
the terms. Only what scikit-learn's vectorizers do without functions of the user can be said.
"""

from dataclasses import dataclass
from typing import Any

from inferx.token_patterns import is_linear
from inferx.untrusted import (
    MAX_NAME,
    boolean,
    fields_of,
    integer,
    items,
    one_of,
    optional,
    text,
    wrong,
)

VERSION = 1
ANALYZERS = ("word", "char", "char_wb")
ACCENTS = ("ascii", "unicode")
LONGEST_NGRAM = 100
STOP_WORDS = 20_000
MOST_COLUMNS = 1 << 20
"""scikit-learn's default for hashed terms."""


@dataclass(frozen=True, slots=True)
class TextInput:
    """One input of the graph that takes a text's terms, and how they are made.

    Attributes:
        name: the graph's input: strings ``[rows, terms]``, or numbers when ``hashed``.
        input: the signature's input that the text is in.
        column: in which column of it.
        lowercase: whether the text is lowercased first, as ``str.lower`` does.
        strip_accents: then, whether accents are removed, and what else is not ASCII.
        analyzer: whether terms are words, characters, or characters within words.
        token_pattern: what a word is; ``None`` unless terms are words.
        stop_words: words that are dropped before neighbours are joined.
        shortest: how many words or characters a term has at least.
        longest: how many at most.
        hashed: whether the graph takes hashes of the terms.
        columns: how many columns the graph makes of the terms.
        version: of this description.
    """

    name: str
    input: str
    column: int
    lowercase: bool
    strip_accents: str | None
    analyzer: str
    token_pattern: str | None
    stop_words: tuple[str, ...]
    shortest: int
    longest: int
    hashed: bool
    columns: int
    version: int = VERSION

    @classmethod
    def from_dict(cls, data: object) -> "TextInput":
        """Check a description of unknown origin.

        Raises:
            Malformed: for anything a conversion does not write.
        """
        fields = fields_of(data, cls)
        if fields["version"] != VERSION:
            raise wrong("version")
        made = cls(
            name=text(fields["name"], "name", MAX_NAME),
            input=text(fields["input"], "input", MAX_NAME),
            column=integer(fields["column"], "column", 100_000),
            lowercase=boolean(fields["lowercase"], "lowercase"),
            strip_accents=_accents(fields["strip_accents"]),
            analyzer=one_of(fields["analyzer"], ANALYZERS, "analyzer"),
            token_pattern=optional(text, fields["token_pattern"], "token_pattern", MAX_NAME),
            stop_words=items(fields["stop_words"], _stop_word, "stop_words", STOP_WORDS),
            shortest=integer(fields["shortest"], "shortest", LONGEST_NGRAM),
            longest=integer(fields["longest"], "longest", LONGEST_NGRAM),
            hashed=boolean(fields["hashed"], "hashed"),
            columns=integer(fields["columns"], "columns", MOST_COLUMNS),
        )
        if not 1 <= made.shortest <= made.longest:
            raise wrong("shortest")
        if made.columns < 1:
            raise wrong("columns")
        _check_pattern(made)
        return made


def _accents(value: Any) -> str | None:
    return None if value is None else one_of(value, ACCENTS, "strip_accents")


def _stop_word(value: object) -> str:
    return text(value, "stop_words", MAX_NAME)


def _check_pattern(made: TextInput) -> None:
    if (made.analyzer == "word") != (made.token_pattern is not None):
        raise wrong("token_pattern")
    if made.token_pattern is not None and not is_linear(made.token_pattern):
        raise wrong("token_pattern")
