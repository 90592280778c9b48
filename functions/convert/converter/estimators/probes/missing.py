"""Rows with missing values, in every column that may be without one."""

import numpy as np

from converter.estimators.columns import NUMBER
from converter.estimators.layout import Layout, Rows
from converter.estimators.probes.rows import repeated
from inferx.signature import MISSING_TEXT

_SHARE = 0.1


def of_missing(layout: Layout, typical: Rows, number: int, draw: np.random.Generator) -> Rows:
    """Make rows in which each column that may be missing is so alone, and all of them together.

    Of very many columns, as many are missing alone as half of the rows have room for; in the rest
    of the rows a tenth of the values are missing.
    """
    nullable = np.flatnonzero([column.nullable for column in layout.columns])
    rows = repeated(typical, number)
    absent = np.zeros((number, len(layout.columns)), dtype=bool)
    alone = nullable
    if len(alone) > number // 2:
        alone = nullable[np.linspace(0, len(nullable) - 1, number // 2).astype(int)]
    absent[np.arange(len(alone)), alone] = True
    absent[len(alone), nullable] = True
    rest = len(alone) + 1
    absent[rest:, nullable] = draw.random((number - rest, len(nullable))) < _SHARE
    return [
        np.where(absent[:, place], np.nan if column.kind == NUMBER else MISSING_TEXT, values)
        for place, (column, values) in enumerate(zip(layout.columns, rows, strict=True))
    ]
