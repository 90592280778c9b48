"""Categories and sentences in several scripts, with what makes tokenisers differ."""

from typing import Any

import numpy as np

_CATEGORIES = {
    "cities": ["Bern", "Oslo", "Zürich", "São Paulo", "København", "İstanbul", "東京", "Москва"],
    "plans": ["basic", "pro", "enterprise"],
    "letters": ["A", "B", "C", "a", "b", "c"],
    "answers": ["yes", "no", "", " ", "n/a", "nan", "None"],
    "digits": ["0", "1", "2", "10", "01", "1.0"],
    "scripts": ["ä", "ä", "ß", "SS", "ﬁ", "Ω", "ω", "한국", "हिन्दी", "עברית", "👍", "e\u200bf"],
    "two": ["male", "female"],
    "cased": ["Ja", "ja", "JA", "É", "é", "É", "e", " ja", "ja ", "ǅ"],
    "codes": ["007", "7", "7.0", "1e3", "-1", "+1", "inf", "true", "True", "1_0"],
    "one": ["only"],
}
_SAMPLE = (
    "free money win prize now the a I of to and is it's don't e-mail x 42 3.14 v2 foo_bar __init__ "
    "C++ 100% École école ÉCOLE naïve Straße STRASSE İstanbul ISTANBUL ﬁne ракета РАКЕТА и не "
    "Ωμέγα ωμεγα ΣΊΣΥΦΟΣ 日本語 です 中文 한국어 हिन्दी नमस्ते עברית شكرا ไทย 👍 №5 ² ½ ǆ Ⅷ "
    "e\u0301t\u00e9"
)
_WORDS = _SAMPLE.split()
_GAPS = [
    *([" "] * 12),
    *("  ", "\t", "\n", "\u00a0", "\u2009", "\u3000", ", ", ". ", "-", "/", "\u200b", "…"),
]


def category_sets(draw: np.random.Generator) -> tuple[str, list[str]]:
    """Draw a set of categories and its name."""
    name = str(draw.choice(list(_CATEGORIES)))
    return name, _CATEGORIES[name]


def texts(draw: np.random.Generator, count: int, seed: int) -> np.ndarray[Any, Any]:
    """Return sentences over the half of the words that ``seed`` chooses."""
    words = np.random.default_rng(seed).permutation(np.array(_WORDS, dtype=object))
    kept = words[: len(words) // 2].tolist()
    found = np.empty(count, dtype=object)
    found[:] = [_sentence(draw, kept) for _ in range(count)]
    return found


def _sentence(draw: np.random.Generator, words: list[str]) -> str:
    length = int(draw.integers(0, 12)) if draw.random() < 0.9 else 40
    parts: list[str] = []
    for index in np.minimum(draw.geometric(0.08, length) - 1, len(words) - 1):
        parts += [words[index], _GAPS[int(draw.integers(len(_GAPS)))]]
    return "".join(parts)
