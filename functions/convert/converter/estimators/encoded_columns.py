"""An encoder of some columns as a ``ColumnTransformer``, which the rest of the converter knows."""

import copy
from itertools import groupby
from typing import Any

import numpy as np
from sklearn.compose import ColumnTransformer
from sklearn.preprocessing import FunctionTransformer

from converter.loading.encoded import CategoryEncoder


class Numbers(FunctionTransformer):  # type: ignore[misc]  # scikit-learn has no types
    """Columns passed through beside strings, as the numbers that they are."""

    def transform(self, rows: Any) -> Any:
        """Return ``rows`` in float64: next to strings they are objects."""
        return np.asarray(rows, dtype=np.float64)


def in_columns(encoder: CategoryEncoder) -> Any:
    """Return a transformer of runs of columns, each encoded or passed through, in their order."""
    width = encoder.n_features_in_
    kinds = {
        column: any(isinstance(value, str) for value in kept.tolist())
        for column, kept in zip(encoder.columns_, encoder.categories_, strict=True)
    }
    runs = [(kind, list(columns)) for kind, columns in groupby(range(width), kinds.get)]
    if len(runs) == 1 and encoder.columns_:
        return encoder
    encoded = {column: number for number, column in enumerate(encoder.columns_)}
    entries = [(f"columns_from_{columns[0]}", "passthrough", columns) for _, columns in runs]
    transformer = ColumnTransformer(entries).fit(np.zeros((1, width)))
    parts = [
        Numbers() if kind is None else _of_run(encoder, [encoded[column] for column in columns])
        for kind, columns in runs
    ]
    transformer.transformers_ = [
        (name, part, columns) for (name, _, columns), part in zip(entries, parts, strict=True)
    ]
    start = 0
    for name, part, columns in transformer.transformers_:
        stop = start + (_width(part) if isinstance(part, CategoryEncoder) else len(columns))
        transformer.output_indices_[name] = slice(start, stop)
        start = stop
    transformer.transformers = list(transformer.transformers_)
    names = getattr(encoder, "feature_names_in_", None)
    if names is not None:
        transformer.feature_names_in_ = names
    return transformer


def joined(steps: list[tuple[str, Any]]) -> list[tuple[str, Any]]:
    """Join encoders that follow each other and encode different columns of the input."""
    kept: list[tuple[str, Any]] = []
    for name, step in steps:
        before = kept[-1][1] if kept else None
        if isinstance(before, CategoryEncoder) and isinstance(step, CategoryEncoder):
            both = _both(before, step)
            if both is not None:
                kept[-1] = (f"{kept[-1][0]}_{name}", both)
                continue
        kept.append((name, step))
    return kept


def _both(first: CategoryEncoder, second: CategoryEncoder) -> CategoryEncoder | None:
    """Return an encoder that does what both do; ``None`` where one encodes the other's numbers."""
    encoded = dict(zip(first.columns_, first.tables_, strict=True))
    sources: list[int | None] = []
    for column in range(first.n_features_in_):
        table = encoded.get(column)
        sources += [column] if table is None else [None] * table.shape[1]
    chosen = [source for source in map(sources.__getitem__, second.columns_) if source is not None]
    if len(chosen) < len(second.columns_) or first.handle_unknown != second.handle_unknown:
        return None
    both = copy.copy(first)
    order = np.argsort([*first.columns_, *chosen]).tolist()
    for name, added in (
        ("columns_", chosen),
        ("categories_", second.categories_),
        ("tables_", second.tables_),
    ):
        together = [*getattr(first, name), *added]
        setattr(both, name, [together[number] for number in order])
    return both


def _of_run(encoder: CategoryEncoder, numbers: list[int]) -> CategoryEncoder:
    part = copy.copy(encoder)
    part.columns_ = [*range(len(numbers))]
    part.categories_ = [encoder.categories_[number] for number in numbers]
    part.tables_ = [encoder.tables_[number] for number in numbers]
    part.n_features_in_ = len(numbers)
    part.__dict__.pop("feature_names_in_", None)
    return part


def _width(encoder: CategoryEncoder) -> int:
    return sum(table.shape[1] for table in encoder.tables_)
