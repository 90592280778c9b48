"""Rows of features: by name or by position, one or many."""

from array import array
from collections.abc import Callable, Sequence
from itertools import chain
from math import isfinite
from operator import itemgetter
from typing import Any, TypeAlias

import numpy as np

from inferx.errors import BadInput
from inferx.serving.inputs import input_errors
from inferx.serving.inputs.columns import CODES, InvalidValue, column_of, takes_every_double
from inferx.serving.inputs.reader import NUMPY, Array, Feed
from inferx.serving.limits import Limits
from inferx.signature import Feature, Signature

Row: TypeAlias = Sequence[Any]


class FeatureReader:
    """Reads rows for a model whose signature lists its features."""

    def __init__(self, signature: Signature) -> None:
        assert signature.features is not None
        self._features = signature.features
        self._width = len(self._features)
        self._dtypes = {tensor.name: tensor.dtype for tensor in signature.inputs}
        self._named = signature.named_features
        self._pick = _picker([each.name or "" for each in self._features]) if self._named else None
        self._matrix = self._one_numeric_matrix(signature)
        self._takes_every_double = all(
            takes_every_double(each, self._dtypes[each.input]) for each in self._features
        )

    def _one_numeric_matrix(self, signature: Signature) -> tuple[str, str] | None:
        # The common case: one numeric input that takes all features, in order.
        if len(signature.inputs) != 1 or signature.inputs[0].dtype not in CODES:
            return None
        in_order = all(each.column == place for place, each in enumerate(self._features))
        if not in_order or any(each.kind != "number" for each in self._features):
            return None
        only = signature.inputs[0]
        return only.name, only.dtype

    def read(self, given: Any, limits: Limits) -> Feed:
        """Implement :meth:`inferx.serving.inputs.reader.Reader.read`."""
        rows, single = self._rows(given, limits)
        tensors = self._as_matrix(rows) or self._as_columns(rows, single)
        return Feed(tensors, len(rows), single)

    def _rows(self, given: Any, limits: Limits) -> tuple[list[Row], bool]:
        if isinstance(given, dict):
            return [self._by_name(given, None)], True
        if not isinstance(given, list):
            raise BadInput(input_errors.NO_ROWS)
        if not given:
            raise BadInput("The input holds no rows.")
        if not isinstance(given[0], list | dict):
            return [self._by_position(given, None)], True
        limits.check_rows(len(given))
        if all(type(row) is dict for row in given):
            return [self._by_name(row, place) for place, row in enumerate(given)], False
        return [self._by_position(row, place) for place, row in enumerate(given)], False

    def _by_name(self, row: dict[str, Any], place: int | None) -> Row:
        if len(row) != self._width:
            raise input_errors.wrong_names(self._features, row, self._named, place)
        if self._pick is None:
            return list(row.values())
        try:
            return self._pick(row)
        except KeyError:
            raise input_errors.wrong_names(self._features, row, self._named, place) from None

    def _by_position(self, row: Any, place: int | None) -> Row:
        if type(row) is not list:
            raise input_errors.mixed_batch(place)
        if len(row) != self._width:
            raise input_errors.wrong_count(self._features, row, self._named, place)
        return row

    def _as_matrix(self, rows: list[Row]) -> dict[str, Array] | None:
        if self._matrix is None:
            return None
        name, dtype = self._matrix
        try:
            flat = array(
                CODES[dtype], rows[0] if len(rows) == 1 else list(chain.from_iterable(rows))
            )
        except (TypeError, OverflowError):
            return None  # something else than numbers: the columns show what, and where
        matrix = np.frombuffer(flat, NUMPY[dtype])
        finite = isfinite(sum(flat)) if len(flat) < 64 else np.isfinite(matrix).all()
        if not finite and not self._takes_every_double:
            return None
        return {name: matrix.reshape(-1, self._width)}

    def _as_columns(self, rows: list[Row], single: bool) -> dict[str, Array]:
        found: dict[str, list[tuple[int, Array]]] = {name: [] for name in self._dtypes}
        wrong: list[tuple[Feature, int, InvalidValue]] = []
        columns = zip(*rows, strict=True)
        for position, (feature, values) in enumerate(zip(self._features, columns, strict=True)):
            try:
                column = column_of(values, feature, self._dtypes[feature.input])
            except InvalidValue as invalid:
                wrong.append((feature, position, invalid))
            else:
                found[feature.input].append((feature.column, column))
        if wrong:
            raise _explained(wrong, single)
        return {name: _side_by_side(columns) for name, columns in found.items()}


def _picker(names: list[str]) -> Callable[[dict[str, Any]], Row]:
    if len(names) == 1:  # itemgetter would give the bare value instead of a tuple
        return lambda row: (row[names[0]],)
    return itemgetter(*names)


def _explained(wrong: list[tuple[Feature, int, InvalidValue]], single: bool) -> BadInput:
    # One row at a time: the first that has a fault, with all its faults.
    row = min(invalid.row for *_, invalid in wrong)
    faults = [
        (feature, position, invalid.problem)
        for feature, position, invalid in wrong
        if invalid.row == row
    ]
    return input_errors.wrong_values(faults, None if single else row)


def _side_by_side(columns: list[tuple[int, Array]]) -> Array:
    if len(columns) == 1:
        return columns[0][1].reshape(-1, 1)
    ordered = sorted(columns, key=itemgetter(0))
    return np.stack([column for _, column in ordered], axis=1)
