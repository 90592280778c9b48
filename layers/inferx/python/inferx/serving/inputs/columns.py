"""One feature's values, over all rows of a request."""

from array import array
from collections.abc import Sequence
from math import isinf, isnan, nan
from typing import Any

import numpy as np

from inferx.serving.inputs.reader import NUMPY, Array
from inferx.signature import MISSING_TEXT, Feature

CODES = {
    "float32": "f",
    "float64": "d",
    "int64": "q",
    "int32": "i",
    "int16": "h",
    "int8": "b",
    "uint64": "Q",
    "uint32": "I",
    "uint16": "H",
    "uint8": "B",
}
"""``array.array`` takes numbers of any kind and nothing else, at C's speed: no text that looks
like a number, no nested lists, and whole numbers only where whole numbers are asked for."""

_LARGEST = {"float32": float(np.finfo(np.float32).max), "float64": float(np.finfo(np.float64).max)}
_LEAST = -(1 << 63)
_JSON_TYPES = {
    str: "a string",
    bool: "a boolean",
    int: "a number",
    float: "a number",
    list: "a list",
    dict: "an object",
}


class _Problem(Exception):
    """Why a value does not fit, as the end of a sentence about it."""


class InvalidValue(Exception):
    """A value that the model cannot take: in which row, and why."""

    def __init__(self, row: int, problem: str) -> None:
        super().__init__(problem)
        self.row = row
        self.problem = problem


def column_of(values: Sequence[Any], feature: Feature, dtype: str) -> Array:
    """Return one feature's values as an array of shape [rows].

    Args:
        values: one for each row.
        feature: the feature.
        dtype: the type of the graph's input that they go to.

    Raises:
        InvalidValue: the model cannot take one of them.
    """
    if feature.kind == "any":
        return _ignored(values, dtype)
    at_once = _all_alike(values, feature, dtype)
    if at_once is not None:
        return at_once
    converted = np.empty(len(values), NUMPY[dtype])
    for row, value in enumerate(values):
        try:
            converted[row] = _value(value, feature, dtype)
        except _Problem as problem:
            raise InvalidValue(row, str(problem)) from None
    return converted


def _ignored(values: Sequence[Any], dtype: str) -> Array:
    """Return what the graph is given in the place of values that the model ignores."""
    for row, value in enumerate(values):
        if isinstance(value, list | dict):
            raise InvalidValue(row, f"must be one value, not {_JSON_TYPES[type(value)]}")
    return np.full(len(values), "" if dtype == "string" else 0, NUMPY[dtype])


def takes_every_double(feature: Feature, dtype: str) -> bool:
    """Return whether any number is taken as it is: NaN, infinities, and none is too large."""
    return dtype == "float64" and feature.nullable and feature.infinite


def _all_alike(values: Sequence[Any], feature: Feature, dtype: str) -> Array | None:
    """Return the column in one step, if every value has the wanted type."""
    if feature.kind == "number":
        try:
            column = np.frombuffer(array(CODES[dtype], values), NUMPY[dtype])
        except (TypeError, OverflowError):
            return None
        if np.isfinite(column).all() or takes_every_double(feature, dtype):
            return column
        return None
    if set(map(type, values)) == {str if feature.kind == "string" else bool}:
        column = np.empty(len(values), NUMPY[dtype])
        column[:] = values
        return None if MISSING_TEXT in values else column
    return None


def _value(value: Any, feature: Feature, dtype: str) -> Any:
    if value is None:
        if feature.nullable and dtype in _LARGEST:
            return nan
        if feature.nullable and feature.kind == "string":
            return MISSING_TEXT
        raise _Problem("is null, and the model takes no missing values there")
    if feature.kind == "string":
        return _string(value)
    if feature.kind == "boolean":
        return _boolean(value)
    if not isinstance(value, int | float):
        raise _Problem(f"must be a number, not {_JSON_TYPES[type(value)]}")
    return _real(value, feature, dtype) if dtype in _LARGEST else _whole(value, dtype)


def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise _Problem(f"must be a string, not {_JSON_TYPES[type(value)]}")
    if value == MISSING_TEXT:
        raise _Problem("is U+FDD0, which is no text; a missing value is null")
    return value


def _boolean(value: Any) -> bool:
    if value not in (0, 1):
        raise _Problem("must be true or false")
    return bool(value)


def _whole(value: float, dtype: str) -> int:
    if isinstance(value, float) and not value.is_integer():
        raise _Problem("must be a whole number")
    bounds = np.iinfo(dtype)
    # The JSON reader has rounded whole numbers below the least of 64 bits to that one, as floats.
    rounded = isinstance(value, float) and value == bounds.min == _LEAST
    if rounded or not bounds.min <= value <= bounds.max:
        raise _Problem("is too large a number for the model")
    return int(value)


def _real(value: float, feature: Feature, dtype: str) -> float:
    if isinstance(value, float) and isnan(value):
        if not feature.nullable:
            raise _Problem("is NaN, and the model takes no missing values there")
        return value
    if isinstance(value, float) and isinf(value):
        if not feature.infinite:
            raise _Problem("is infinite, which the model does not take")
        return value
    if abs(value) > _LARGEST[dtype]:
        raise _Problem("is too large a number for the model")
    return float(value)
