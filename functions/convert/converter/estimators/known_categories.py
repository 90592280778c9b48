"""Which values each column may hold, where an encoder refuses those that it has not seen."""

from typing import Any

import numpy as np
from sklearn.base import TransformerMixin

from converter.estimators.columns import NUMBER
from converter.estimators.layout import Layout
from converter.estimators.probes.placed import placed_parts
from converter.estimators.probes.sources import Source
from inferx.known_values import KnownValues

type Known = set[str] | set[float]


def known_categories(estimator: Any, layout: Layout) -> tuple[KnownValues, ...]:
    """List the columns in which the model refuses unknown categories, as a signature has them.

    Args:
        estimator: fitted and unwrapped.
        layout: its columns.
    """
    return tuple(
        KnownValues(layout.input_of(column), column if layout.is_matrix else 0, values)
        for column, values in known_by_column(estimator, layout).items()
    )


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
