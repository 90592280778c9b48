"""Texts in many scripts, drawn with a seed."""

import random

_WORDS = (
    "free money win prize now meeting at noon with the team a of and report loans lunch i x "
    "ракета РАКЕТА Ракета школа ёлка École école ÉCOLE crème brûlée naïve ΟΔΟΣ οδος Οδός ΣΑΣ "
    "Straße STRASSE strasse İstanbul ISTANBUL ırmak IRMAK 中文 日本語 हिन्दी עברית العربية ﬁnal "
    "co-op it's under_score 42 3.14 7th e\u0301te\u0301 E\u0301TE\u0301 ǅ ½ ① ﷺ 👩\u200d👧 🇨🇭 😀"
)
_CHARACTERS = (
    "aAbBzZ019_ \t\n\r\v\f\u00a0\u2009\u200a\u200b\u200d\u2028\u3000\ufeff.,!?'-#ßẞİıIiÉéÈœŒΣσςΩά"
    "РАКЕТЙйё\u0301\u0308\u0345हि中字語ﬁ①²½ǅ😀🇩\0"
)
_BETWEEN = (" ", " ", " ", " ", "  ", "\n", "\t", ", ", "\u00a0", "\u2009", "\u200b", "-", "_", "")


def texts(count: int, seed: int = 0) -> list[str]:
    """Draw texts of up to 14 words, some of stray characters; the first is empty."""
    draw = random.Random(seed)
    words = _WORDS.split()
    return ["", *(_text(words, draw) for _ in range(count - 1))]


def _text(words: list[str], draw: random.Random) -> str:
    parts = []
    for _ in range(draw.randrange(15)):
        stray = draw.random() < 0.15
        word = "".join(draw.choices(_CHARACTERS, k=4)) if stray else draw.choice(words)
        parts += [word, draw.choice(_BETWEEN)]
    return "".join(parts)
