"""Text that scikit-learn ships: which of its datasets does a line of a description speak of?"""

import re
from typing import Any

import numpy as np
from sklearn import datasets

LENGTH = 20
"""Words of one row; shorter ones end in zeros."""

WORDS = 500
"""Numbers of words: 0 for none, 1 for any rare one."""

_LOADERS = (
    datasets.load_iris,
    datasets.load_wine,
    datasets.load_breast_cancer,
    datasets.load_diabetes,
)


def sentences() -> tuple[Any, Any]:
    """Return rows of word numbers, shape [rows, LENGTH], and their labels, shuffled."""
    texts, labels = [], []
    for label, load in enumerate(_LOADERS):
        words = re.findall(r"[a-z]+", load().DESCR.lower())
        for start in range(0, len(words) - LENGTH, 4):
            texts.append(words[start : start + LENGTH])
            labels.append(label)
    numbers = _numbers(texts)
    rows = np.array([[numbers.get(word, 1) for word in text] for text in texts], dtype=np.int64)
    order = np.random.default_rng(0).permutation(len(rows))
    return rows[order], np.array(labels, dtype=np.int64)[order]


def _numbers(texts: list[list[str]]) -> dict[str, int]:
    flat = [word for text in texts for word in text]
    common = sorted(set(flat), key=lambda word: (-flat.count(word), word))[: WORDS - 2]
    return {word: place + 2 for place, word in enumerate(common)}
