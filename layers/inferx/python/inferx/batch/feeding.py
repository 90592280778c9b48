"""From columns of a table to the tensors of the model's graph, with no Python object for a number.

It takes only what :class:`~inferx.serving.inputs.features.FeatureReader` takes, and makes the
same tensors of it. Whatever is doubtful it leaves to that reader, which finds the rows at fault.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from inferx.serving.inputs.reader import NUMPY, Array
from inferx.signature import MISSING_TEXT, Feature, Signature

_EXACT = 1 << 53  # up to here a float64 holds every whole number


class Feeder:
    """Makes tensors for one model, whose signature lists its features."""

    def __init__(self, signature: Signature) -> None:
        assert signature.features is not None
        self._dtypes = {tensor.name: tensor.dtype for tensor in signature.inputs}
        self._features = signature.features
        columns: dict[str, list[int]] = {name: [] for name in self._dtypes}
        for feature in self._features:
            columns[feature.input].append(feature.column)
        self._widths = {name: len(held) for name, held in columns.items()}
        self._places = {
            (name, column): place
            for name, held in columns.items()
            for place, column in enumerate(sorted(held))
        }

    def tensors(self, columns: Sequence[Any], rows: int) -> dict[str, Array] | None:
        """Return a tensor for each of the graph's inputs.

        Args:
            columns: an Arrow array for each feature, ``None`` for one that the model ignores.
            rows: how many rows they have.

        Returns:
            The tensors; ``None`` when some row may not fit the model.
        """
        made = {
            name: np.empty((rows, self._widths[name]), NUMPY[dtype])
            for name, dtype in self._dtypes.items()
        }
        for feature, column in zip(self._features, columns, strict=True):
            values = _values(column, feature, self._dtypes[feature.input])
            if values is None:
                return None
            made[feature.input][:, self._places[feature.input, feature.column]] = values
        return made


def _values(column: Any, feature: Feature, dtype: str) -> Any:
    """Return a feature's values, for numpy to be put into a tensor; ``None`` when in doubt."""
    if feature.kind == "any" and column is None:
        return "" if dtype == "string" else 0
    if feature.kind == "number":
        return _numbers(column, feature, dtype)
    if feature.kind == "string":
        return _strings(column, feature)
    if feature.kind == "boolean":
        return _booleans(column)
    return None


def _numbers(column: Any, feature: Feature, dtype: str) -> Array | None:
    if not _is_numeric(column.type):
        return None
    values: Array = column.to_numpy(zero_copy_only=False)
    if NUMPY[dtype].kind == "f":
        return _floats(values.astype(np.float64, copy=False), feature, dtype)
    if column.null_count or not len(values):
        return None if column.null_count else values
    bounds = np.iinfo(dtype)
    if values.dtype.kind == "f":
        exact = np.abs(values) <= _EXACT
        if not exact.all() or (np.trunc(values) != values).any():
            return None
    elif values.dtype.kind not in "iub":
        return None
    least, most = int(values.min()), int(values.max())
    return values if bounds.min <= least and most <= bounds.max else None


def _floats(values: Array, feature: Feature, dtype: str) -> Array | None:
    with np.errstate(over="ignore"):
        converted = values.astype(NUMPY[dtype], copy=False)
    if np.isfinite(converted).all():
        return converted
    infinite = np.isinf(converted)
    if infinite.any() and not (feature.infinite and (infinite == np.isinf(values)).all()):
        return None
    return converted if feature.nullable or not np.isnan(converted).any() else None


def _is_numeric(kind: Any) -> bool:
    return bool(
        pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_boolean(kind)
    )


def _strings(column: Any, feature: Feature) -> Array | None:
    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        return None
    if pc.any(pc.equal(column, MISSING_TEXT)).as_py():
        return None
    if column.null_count:
        if not feature.nullable:
            return None
        column = pc.fill_null(column, MISSING_TEXT)
    values: Array = column.to_numpy(zero_copy_only=False)
    return values


def _booleans(column: Any) -> Array | None:
    if column.null_count or not _is_numeric(column.type):
        return None
    values: Array = column.to_numpy(zero_copy_only=False)
    if values.dtype.kind != "b" and not np.isin(values, (0, 1)).all():
        return None
    return values.astype(np.bool_)
