"""Rows with each category of each encoder, and with strings that are almost one."""

import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from sklearn.base import TransformerMixin

from converter.estimators.columns import NUMBER, STRING
from converter.estimators.layout import Layout, Rows
from converter.estimators.probes.placed import placed_parts
from converter.estimators.probes.rows import repeated
from converter.loading.structure import parts_of

UNKNOWN = "a category the model has not seen"
_STRANGE = ("", " ", "nan", "None", "NaN", "null", "0", "1", "1.0", "True", "é", "日本", "\u00a0")


def of_categories(
    estimator: Any, layout: Layout, typical: Rows, number: int, *, unknown: bool
) -> Rows | None:
    """Make at most ``number`` rows, each category in one at least where there is room.

    Args:
        estimator: fitted and unwrapped.
        layout: its columns.
        typical: rows to change one value of each.
        number: at most how many to make.
        unknown: whether the model takes values that it has not seen.
    """
    known = _known(estimator, layout)
    changes = [(column, value) for column, kept in known.items() for value in kept]
    if unknown:
        strange = [
            (column, value)
            for column, kept in known.items()
            for value in _almost(kept, layout.columns[column].kind)
        ]
        strange += [
            (place, value)
            for place, column in enumerate(layout.columns)
            if column.kind == STRING
            for value in (UNKNOWN, *_STRANGE)
        ]
        changes = [*_some(changes, number // 2), *_some(strange, number - number // 2)]
    changes = _some(changes, number)
    if not changes:
        return None
    rows = repeated(typical, len(changes))
    for row, (column, value) in enumerate(changes):
        rows[column][row] = value
    return rows


def _known(estimator: Any, layout: Layout) -> dict[int, list[Any]]:
    """Return the categories of each column that some encoder reads."""
    found: dict[int, list[Any]] = {}
    if not any(hasattr(part, "categories_") for part in parts_of(estimator)):
        return found  # without following very many columns through the steps
    for part, sources in placed_parts(estimator, len(layout.columns)):
        categories = getattr(part, "categories_", None)
        if not isinstance(part, TransformerMixin) or not isinstance(categories, list):
            continue
        for source, kept in zip(sources, categories, strict=False):
            if source is not None:
                number = layout.columns[source.column].kind == NUMBER
                found.setdefault(source.column, []).extend(_values(kept, number=number))
    return found


def _values(categories: Any, *, number: bool) -> Iterator[Any]:
    for value in np.asarray(categories, dtype=object).tolist():
        if value is None or value != value:  # noqa: PLR0124  # NaN: rows of missing values have it
            continue
        if isinstance(value, str) != number:
            yield value


def _almost(categories: list[Any], kind: str) -> Iterator[Any]:
    """Yield values that a careless comparison would take for a category."""
    for value in categories:
        if kind == NUMBER:
            yield from np.nextafter(float(value), [-np.inf, np.inf]).tolist()
            yield from (float(np.float32(value)), value + 0.5, value + 1, -value)
            continue
        yield from (value.upper(), value.lower(), value.swapcase(), f" {value}", f"{value} ")
        yield from (unicodedata.normalize(form, value) for form in ("NFC", "NFD", "NFKC"))
        yield from (f"{value}\u0301", value[:-1], f"{value}.0", f"0{value}")
        if value.endswith(".0"):
            yield value.removesuffix(".0")


def _some(changes: Sequence[Any], number: int) -> list[Any]:
    if len(changes) <= number:
        return list(changes)
    return [changes[place] for place in np.linspace(0, len(changes) - 1, number).astype(int)]
