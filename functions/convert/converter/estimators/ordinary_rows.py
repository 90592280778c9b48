"""Ordinary rows of a model, for the example of a request: short numbers, known words.

Numbers are where the probe rows are densest, which is around what the model learned.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np

from converter.estimators.columns import NUMBER, TEXT, text_readers_in
from converter.estimators.layout import Layout, Rows
from converter.estimators.texts import vocabulary_of
from converter.loading.structure import parts_of

_WIDEST = 10_000
_FEW = 16
_PROBES = 8
_TERMS = 4
_PLAIN_TEXT = "some plain words"


def ordinary_inputs(estimator: Any, layout: Layout, rows: Rows) -> Iterator[Any]:
    """Yield inputs for one row, the most readable first; by name where the columns have names.

    Args:
        estimator: fitted and unwrapped.
        layout: its columns.
        rows: rows that it was probed with.
    """
    if len(layout.columns) > _WIDEST:
        return  # longer than any example
    known = _known_strings(estimator)
    typical = [
        _text(estimator, layout, place)
        if column.kind == TEXT
        else _number(values)
        if column.kind == NUMBER
        else _string(values, known)
        for place, (column, values) in enumerate(zip(layout.columns, rows, strict=True))
    ]
    probes = [[_plain(values[probe]) for values in rows] for probe in range(_PROBES)]
    for row in ([_short(value) for value in typical], typical, *probes):
        sent = [
            None if column.ignored else value
            for column, value in zip(layout.columns, row, strict=True)
        ]
        yield from _by_name(layout, sent)
        yield sent


def _by_name(layout: Layout, row: list[Any]) -> Iterator[dict[str, Any]]:
    names = [column.name for column in layout.columns]
    if None not in names:
        yield dict(zip(map(str, names), row, strict=True))


def _number(values: Any) -> float:
    finite = values[np.isfinite(values)]
    if not len(finite):
        return 0.0
    kinds, counts = np.unique(finite, return_counts=True)
    if len(kinds) <= _FEW:  # codes of categories, and what is between two of them is none
        return float(kinds[counts.argmax()])
    low, middle, high = np.percentile(finite, [25, 50, 75])
    return 0.0 if abs(middle) < (high - low) / 4 else float(middle)


def _string(values: Any, known: set[str]) -> str:
    counted = Counter(str(value) for value in values)
    kept = {value: count for value, count in counted.items() if value in known} or counted
    return max(sorted(kept), key=lambda value: kept[value])


def _known_strings(estimator: Any) -> set[str]:
    return {
        value
        for part in parts_of(estimator)
        for kept in _categories(part)
        for value in np.asarray(kept, dtype=object).ravel().tolist()
        if isinstance(value, str)
    }


def _categories(part: Any) -> list[Any]:
    kept = getattr(part, "categories_", None)
    return list(kept) if isinstance(kept, list | tuple) else []


def _text(estimator: Any, layout: Layout, place: int) -> str:
    """Return some terms of the vocabularies that a column of texts is read with."""
    where = (layout.input_of(place), place if layout.is_matrix else 0)
    terms: set[str] = set()
    for reader in text_readers_in(estimator):
        text = layout.readers.get(id(reader))
        if text is not None and not text.hashed and (text.input, text.column) == where:
            terms.update(vocabulary_of(reader))
    words = sorted(term for term in terms if term.isalpha() and len(term) > 2) or sorted(terms)
    step = max(len(words) // _TERMS, 1)
    return " ".join(words[step // 2 :: step][:_TERMS]) or _PLAIN_TEXT


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return value
    return None if np.isnan(value) else float(value)


def _short(value: Any) -> Any:
    if isinstance(value, str):
        return value
    short = float(f"{value:.3g}")
    return int(short) if short.is_integer() else short
