"""What an encoder of category_encoders does to rows: a table for each column that it encodes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin


@dataclass(frozen=True)
class Table:
    """What becomes of one column; ``missing`` is ``None`` where the encoder refuses NaN."""

    rows: dict[Any, list[float]]
    missing: list[float] | None
    unknown: list[float]

    @property
    def categories(self) -> Any:
        """The categories, and last NaN where it is taken."""
        kept = [*self.rows, *([] if self.missing is None else [np.nan])]
        return np.fromiter(kept, dtype=object, count=len(kept))

    @property
    def numbers(self) -> Any:
        """The numbers of each category, and last those of an unknown one."""
        missing = [] if self.missing is None else [self.missing]
        return np.array([*self.rows.values(), *missing, self.unknown], dtype=np.float64)

    def lumped(self, groups: Any) -> "Table":
        """Return the table where rare categories have the numbers of the group they are in."""
        if type(groups) is not dict:
            return self
        rows, missing = dict(self.rows), self.missing
        for category, group in groups.items():
            found = self.rows.get(group, self.unknown)
            if is_missing(category):
                missing = found
            else:
                rows[category] = found
        return Table(rows, missing, self.unknown)


class CategoryEncoder(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # no types
    """Stands for a fitted encoder of category_encoders, which is not installed.

    Attributes:
        columns_: the positions of the columns that it encodes; the others pass through.
        categories_: for each of them its categories, and NaN where a missing value is taken.
        tables_: what these become, ``(categories and an unknown one, numbers)``.
        handle_unknown: ``"error"`` where unknown categories are refused.
    """

    categories_: list[Any]
    columns_: list[int]
    feature_names_in_: Any
    handle_unknown: str
    n_features_in_: int
    tables_: list[Any]

    def fit(self, rows: Any, _: Any = None) -> "CategoryEncoder":
        """Return the encoder, fitted already: scikit-learn takes no step without this method."""
        del rows
        return self

    def transform(self, rows: Any) -> Any:
        """Encode columns, all of which the encoder encodes.

        Raises:
            ValueError: for a category that the original refuses.
        """
        made = []
        for position, (kept, table) in enumerate(zip(self.categories_, self.tables_, strict=True)):
            numbers = {value: number for number, value in enumerate(kept.tolist())}
            missing = next((n for value, n in numbers.items() if is_missing(value)), None)
            codes = [
                missing if is_missing(value) else numbers.get(value, len(kept))
                for value in np.asarray(rows)[:, position].tolist()
            ]
            if None in codes or (self.handle_unknown == "error" and len(kept) in codes):
                raise ValueError("a category is not one that the encoder takes")
            made.append(table[np.array(codes, dtype=np.int64)])
        return np.concatenate(made, axis=1)


def is_missing(value: Any) -> bool:
    """Return whether pandas takes a value for a missing one."""
    return value is None or (isinstance(value, float) and value != value)  # noqa: PLR0124  # NaN


def encoder_of(
    tables: dict[int, Table], names: Sequence[Any] | None, width: int, handle_unknown: str
) -> CategoryEncoder:
    """Make the encoder of the columns at these positions.

    Args:
        tables: by position.
        names: of all columns, where they have names.
        width: the number of all columns.
        handle_unknown: as its attribute.
    """
    encoder = CategoryEncoder()
    encoder.columns_ = sorted(tables)
    encoder.categories_ = [tables[position].categories for position in encoder.columns_]
    encoder.tables_ = [tables[position].numbers for position in encoder.columns_]
    encoder.n_features_in_ = width
    encoder.handle_unknown = handle_unknown
    if names is not None and all(type(name) is str for name in names):
        encoder.feature_names_in_ = np.array(names, dtype=object)
    return encoder
