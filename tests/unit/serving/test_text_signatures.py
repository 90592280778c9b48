"""What a signature says of texts comes from a converter, so that it is checked like the rest."""

import json
import time
from typing import Any

import pytest

from inferx.signature import Signature
from inferx.token_patterns import is_linear
from inferx.untrusted import Malformed

LINEAR = [
    r"(?u)\b\w\w+\b",
    r"(?u)\b\w+\b",
    r"\S+",
    r"\w+",
    r"\w{1,}",
    r"\w+\b",
    r"[^\s]+",
    "[a-zA-Z]+",
    "(?i)[a-z]+",
    r"\b[a-zA-Z]{2,}\b",
    r"\b\w{3,15}\b",
    r"\b[^\d\W]+\b",
    r"(?u)\b[\w-]+\b",
    r"(?u)\b\w\w+\b|!|\?",
    r"\w+|\$[\d\.]+|\S+",
    ".",
]
OTHERS = [
    "",
    "(",
    r"\w*",
    "(a+)+",
    r"(\w+)",
    r"[a-z]+\b",
    r"\w+?",
    r"\w*[a-z]+\w*",
    r"\w+\s\w+",
    r"[A-Za-z0-9]+(?=\s+)",
    r"^\w+",
    r"(?<=a)\w+",
    r"\w{1,5}\w{1,5}\w{1,5}",
    r"\w{50,}",
    r"(\w)\1",
    "a" * 501,
]
ATTACKS = ["a" * 300_000, "a-" * 150_000, "a" + "-" * 300_000, "1a" * 150_000, " " * 300_000]


@pytest.mark.parametrize("pattern", LINEAR)
def test_a_pattern_of_repeated_classes_is_allowed_and_quick(pattern: str) -> None:
    import re

    assert is_linear(pattern)
    started = time.perf_counter()
    for text in ATTACKS:
        re.findall(pattern, text)
    assert time.perf_counter() - started < 5  # quadratic would be minutes


@pytest.mark.parametrize("pattern", OTHERS)
def test_any_other_pattern_is_not(pattern: str) -> None:
    assert not is_linear(pattern)


def valid() -> dict[str, Any]:
    return {
        "inputs": [{"name": "X", "dtype": "string", "shape": [None, 1]}],
        "outputs": [{"name": "label", "dtype": "string", "shape": [None]}],
        "features": [
            {"name": None, "kind": "string", "input": "X", "column": 0, "nullable": False}
        ],
        "prediction": "label",
        "probabilities": None,
        "classes": None,
        "named_features": False,
        "texts": [
            {
                "name": "terms_0",
                "input": "X",
                "column": 0,
                "lowercase": True,
                "strip_accents": "unicode",
                "analyzer": "word",
                "token_pattern": r"\S+",
                "stop_words": ["the"],
                "shortest": 1,
                "longest": 2,
                "hashed": False,
                "columns": 100,
                "version": 1,
            }
        ],
    }


def test_texts_survive_json_unchanged() -> None:
    signature = Signature.from_dict(json.loads(json.dumps(valid())))

    assert signature.to_dict() == valid()


def test_a_signature_without_texts_is_as_it_was_before_there_were_any() -> None:
    data = valid()
    del data["texts"]

    assert Signature.from_dict(data).to_dict() == data


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "X"),
        ("name", 3),
        ("input", "Y"),
        ("column", 1),
        ("column", -1),
        ("lowercase", 1),
        ("strip_accents", "all"),
        ("strip_accents", False),
        ("analyzer", "char"),
        ("analyzer", "function"),
        ("token_pattern", None),
        ("token_pattern", "(a+)+"),
        ("stop_words", "the"),
        ("stop_words", [1]),
        ("stop_words", ["a"] * 20_001),
        ("shortest", 0),
        ("shortest", 3),
        ("longest", 101),
        ("hashed", None),
        ("columns", 0),
        ("columns", 2**20 + 1),
        ("version", 2),
        ("unknown", 1),
    ],
)
def test_what_no_conversion_writes_is_refused(field: str, value: object) -> None:
    data = valid()
    data["texts"][0][field] = value

    with pytest.raises(Malformed):
        Signature.from_dict(data)


def test_two_texts_of_one_name_are_refused() -> None:
    data = valid()
    data["texts"] *= 2

    with pytest.raises(Malformed):
        Signature.from_dict(data)
