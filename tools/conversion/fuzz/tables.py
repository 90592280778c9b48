"""Tables of random columns, and targets that depend on them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tools.conversion.fuzz.columns import NUMBER, TEXT, Column, Values

CLASSIFICATION, REGRESSION, NONE = "classification", "regression", "none"


@dataclass(frozen=True)
class Table:
    """Columns with fresh rows on demand."""

    columns: tuple[Column, ...]

    @property
    def is_text(self) -> bool:
        """Whether the table is one column of texts, which vectorizers take as a list."""
        return len(self.columns) == 1 and self.columns[0].kind == TEXT

    def rows(self, draw: np.random.Generator, count: int) -> list[Values]:
        """Return ``count`` fresh rows, as one array a column."""
        return [column.values(draw, count) for column in self.columns]


def arranged(table: Table, rows: Sequence[Values]) -> Any:  # whatever the estimator takes
    """Return rows as scikit-learn takes them: a matrix, or a list of texts."""
    if table.is_text:
        return rows[0].tolist()
    if all(column.kind == NUMBER for column in table.columns):
        return np.column_stack(rows)
    return np.column_stack([column.astype(object) for column in rows])


def target(draw: np.random.Generator, rows: Sequence[Values], task: str) -> Any:
    """Return labels or amounts that the rows explain in part; ``None`` without a task."""
    count = len(rows[0])
    if task == NONE:
        return None
    score = sum((_ranks(column) * draw.normal() for column in rows), np.zeros(count))
    score = score + 0.3 * draw.standard_normal(count)
    if task == REGRESSION:
        kind = draw.choice(["plain", "large", "small", "positive", "whole"])
        return {
            "plain": score,
            "large": 1e6 + 1e5 * score,
            "small": 1e-4 * score,
            "positive": np.exp(score),
            "whole": np.round(3 * score) + 10,
        }[str(kind)]
    classes = int(draw.choice([1, 2, 3, 4], p=[0.03, 0.47, 0.25, 0.25]))
    edges = np.quantile(score, np.linspace(0, 1, classes + 1)[1:-1])
    return _labels(draw, classes)[np.digitize(score, edges)]


def _labels(draw: np.random.Generator, classes: int) -> Any:
    kinds: list[list[Any]] = [
        list(range(classes)),
        list(range(-1, classes - 1)),
        [10 * label for label in range(classes)],
        ["no", "yes", "später", "Да"][:classes],
        ["b", "a", "d", "c"][:classes],
        [float(label) for label in range(classes)],
    ]
    if classes == 2:
        kinds += [[False, True], [-1, 1], [1, 2]]
    return np.array(kinds[int(draw.integers(len(kinds)))])


def _ranks(column: Values) -> Values:
    numbers = [len(value) if isinstance(value, str) else value for value in column]
    plain = np.array([np.nan if number is None else number for number in numbers], float)
    plain = np.nan_to_num(plain)
    spread = plain.std()
    return np.clip((plain - plain.mean()) / spread, -3, 3) if spread else np.zeros(len(plain))
