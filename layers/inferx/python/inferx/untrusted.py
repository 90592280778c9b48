"""Checks on data from the sandbox: each returns the value given, or says which field is wrong.

Shared by the signature and the manifest; standard library only, for the predict function's sake.
"""

from collections.abc import Callable
from typing import Any

from inferx.errors import InferXError

MAX_TEXT = 500
MAX_NAME = 1_000


class InvalidManifest(InferXError):
    """The data is no manifest that a conversion writes."""

    detail = "The conversion's result is not valid."


def plain(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A ``dict_factory`` for ``dataclasses.asdict``: tuples become lists, as JSON has them."""
    return {name: _listed(value) for name, value in pairs}


def _listed(value: object) -> object:
    return [_listed(item) for item in value] if isinstance(value, tuple) else value


def wrong(field: str) -> InvalidManifest:
    """Make the error that names a field."""
    return InvalidManifest(f"The conversion's result is not valid: {field}.")


def fields_of(data: object, cls: type[Any]) -> dict[str, Any]:
    """Take a mapping with exactly the fields of the dataclass ``cls``."""
    if not isinstance(data, dict) or set(data) != set(cls.__dataclass_fields__):
        raise wrong(cls.__name__)
    return data


def text(value: object, field: str, limit: int = MAX_TEXT) -> str:
    """Take text of at most ``limit`` characters."""
    if not isinstance(value, str) or len(value) > limit:
        raise wrong(field)
    return value


def optional[T](
    check: Callable[[object, str, int], T], value: object, field: str, limit: int
) -> T | None:
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
        or not 0 <= value < float("inf")
    ):
        raise wrong(field)
    return float(value)


def items[T](values: object, check: Callable[[object], T], field: str, limit: int) -> tuple[T, ...]:
    """Take a list of at most ``limit`` items, each checked."""
    if not isinstance(values, list) or len(values) > limit:
        raise wrong(field)
    return tuple(check(value) for value in values)
