"""Parses the JSON of a model file within bounds: characters, depth, number of values."""

import json
from typing import Any

from inferx.errors import Refused

JSON_BYTES = 32 << 20
"""The largest text that is parsed: the architecture of a network of a thousand layers has 2 MB."""

_DEPTH = 100
_VALUES = 1_000_000


def parse(text: bytes | str, what: str) -> dict[str, Any]:
    """Return the object that a text holds.

    Args:
        text: JSON, of unknown origin.
        what: names it in refusals.

    Raises:
        Refused: it is no JSON object, or larger than a bound.
    """
    if len(text) > JSON_BYTES:
        raise Refused(f"The file's {what} has more than {JSON_BYTES >> 20} MB of text.")
    try:
        parsed = json.loads(text)
    except RecursionError:
        raise Refused(f"The file's {what} is nested too deeply.") from None
    except ValueError:
        raise Refused(f"The file's {what} is not valid JSON; save the model again.") from None
    if not isinstance(parsed, dict):
        raise Refused(f"The file's {what} is no JSON object; save the model again.")
    _check_bounds(parsed, what)
    return parsed


def _check_bounds(parsed: dict[str, Any], what: str) -> None:
    level: list[Any] = [parsed]
    depth = values = 0
    while level:
        depth, values = depth + 1, values + len(level)
        if depth > _DEPTH:
            raise Refused(f"The file's {what} is nested more than {_DEPTH} levels deep.")
        if values > _VALUES:
            raise Refused(f"The file's {what} holds more than {_VALUES:,} values.")
        level = [inner for value in level for inner in _inside(value)]


def _inside(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []
