"""Which values each column may hold, where an encoder refuses those that it has not seen."""

import time
from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.base import TransformerMixin

from converter.estimators.columns import NUMBER
from converter.estimators.layout import Layout, Rows
from converter.estimators.probes.placed import placed_parts
from converter.estimators.probes.rows import taken
from converter.estimators.probes.sources import Source
from inferx.known_values import KnownValues

type Known = set[str] | set[float]

_ASKING_S = 2.0


def known_values(known: dict[int, tuple[Any, ...]], layout: Layout) -> tuple[KnownValues, ...]:
    """Return the categories of columns as a signature has them.

    Args:
        known: as :func:`insisted_on` returns them.
        layout: the model's columns.
    """
    return tuple(
        KnownValues(layout.input_of(column), column if layout.is_matrix else 0, values)
        for column, values in known.items()
    )


def insisted_on(
    known: dict[int, tuple[Any, ...]], rows: Rows, takes: Callable[[Rows], bool]
) -> dict[int, tuple[Any, ...]]:
    """Return the categories of the columns in which the model does refuse all others.

    An encoder inside an estimator may be given something else than the column that it seems to
    stand before, as that of bins is. So the original is asked: a column in which it takes a value
    that is not listed has no list. Columns for which there is no time keep theirs.

    Args:
        known: as :func:`known_by_column` returns them.
        rows: some that the original has predicted.
        takes: asks the original for its predictions and returns whether it makes any.
    """
    until = time.monotonic() + _ASKING_S
    one = taken(rows, slice(0, 1))
    kept = {}
    for column, values in known.items():
        changed = [each.copy() for each in one]
        changed[column][0] = _unlisted(values)
        if time.monotonic() > until or not takes(changed):
            kept[column] = values
    return kept


def known_by_column(estimator: Any, layout: Layout) -> dict[int, tuple[Any, ...]]:
    """Return the categories of each column in which the model refuses all others."""
    found: dict[int, Any] = {}
    for part, sources in placed_parts(estimator, len(layout.columns)):
        categories = getattr(part, "categories_", None)
        if not isinstance(part, TransformerMixin) or not isinstance(categories, list):
            continue
        if getattr(part, "handle_unknown", "") != "error":
            continue
        for source, kept in zip(sources, categories, strict=False):
            known = None if source is None else _known(source, kept, layout)
            if source is not None and known is not None:
                found[source.column] = found.get(source.column, known) & known
    return {column: tuple(sorted(values)) for column, values in sorted(found.items())}


def _known(source: Source, categories: Any, layout: Layout) -> Known | None:
    """Return the categories of a column that comes to the encoder as it is in the request."""
    if source.names_values:  # what an encoder before this one makes of the column
        return None
    values = np.asarray(categories, dtype=object).tolist()
    if layout.columns[source.column].kind != NUMBER:
        return {value for value in values if isinstance(value, str)}
    numbers = [float(each) for each in values if isinstance(each, int | float) and each == each]  # noqa: PLR0124  # NaN
    if not numbers or np.asarray(source.back(np.array(numbers))).tolist() != numbers:
        return None
    return set(numbers)


def _unlisted(values: tuple[Any, ...]) -> Any:
    if isinstance(values[0], str):
        return max(values, key=len) + " or another"
    return values[-1] + 0.5
