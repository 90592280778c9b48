"""Checks on data from outside: each returns the value given, or raises naming the field.

Shared by the signature, the manifest and the conversion contract. Standard library only: the
predict function imports this.
"""

import sys
from collections.abc import Callable
from typing import Any, TypeVar

from inferx.errors import InferXError

_T = TypeVar("_T")

MAX_TEXT = 500
MAX_NAME = 1_000


class Malformed(InferXError):
    """The data is not what its writer is known to write."""

    detail = "The data is not valid."


def plain(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make the ``dict_factory`` of ``dataclasses.asdict`` turn tuples into lists, as JSON does."""
    return {name: _listed(value) for name, value in pairs}


def _listed(value: object) -> object:
    return [_listed(item) for item in value] if isinstance(value, tuple) else value


def wrong(field: str) -> Malformed:
    """Make the error that names a field."""
    return Malformed(f"The data is not valid: {field}.")


def fields_of(data: object, cls: type[Any]) -> dict[str, Any]:
    """Take a mapping with exactly the fields of the dataclass ``cls``."""
    if not isinstance(data, dict) or set(data) != set(cls.__dataclass_fields__):
        raise wrong(cls.__name__)
    return data


def text(value: object, field: str, limit: int = MAX_TEXT) -> str:
    """Take text of at most ``limit`` characters, without half surrogate pairs."""
    if not isinstance(value, str) or len(value) > limit:
        raise wrong(field)
    try:
        value.encode()
    except UnicodeEncodeError:
        raise wrong(field) from None
    return value


def optional(
    check: Callable[[object, str, int], _T], value: object, field: str, limit: int
) -> _T | None:
    """Take what ``check`` takes, or nothing."""
    return None if value is None else check(value, field, limit)


def one_of(value: object, choices: tuple[str, ...], field: str) -> str:
    """Take one of the listed words."""
    if not isinstance(value, str) or value not in choices:
        raise wrong(field)
    return value


def boolean(value: object, field: str) -> bool:
    """Take true or false."""
    if not isinstance(value, bool):
        raise wrong(field)
    return value


def integer(value: object, field: str, limit: int) -> int:
    """Take a whole number from 0 to ``limit``."""
    if type(value) is not int or not 0 <= value <= limit:
        raise wrong(field)
    return value


def number(value: object, field: str) -> float:
    """Take a finite number that is not negative."""
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or not 0 <= value <= sys.float_info.max
    ):
        raise wrong(field)
    return float(value)


def items(values: object, check: Callable[[object], _T], field: str, limit: int) -> tuple[_T, ...]:
    """Take a list of at most ``limit`` items, each checked."""
    if not isinstance(values, list) or len(values) > limit:
        raise wrong(field)
    return tuple(check(value) for value in values)
