"""The request body with which a model shows how it is called. Standard library only."""

import json
import math
from typing import Any

from inferx.untrusted import text, wrong

EXAMPLE_BYTES = 32 * 1024
"""Bytes of an example as JSON: lists show up to a hundred models with theirs."""

_DEPTH = 20
_SCALARS = (bool, int, type(None))


def example_of(given: object) -> dict[str, Any]:
    """Take an example: ``{"input": …}`` of bounded size, in JSON's types.

    Raises:
        Malformed: for anything else.
    """
    if not isinstance(given, dict) or set(given) != {"input"}:
        raise wrong("example")
    _check(given["input"], _DEPTH)
    try:
        size = len(json.dumps(given))
    except ValueError:  # a whole number of thousands of digits
        raise wrong("example") from None
    if size > EXAMPLE_BYTES:
        raise wrong("example")
    return given


def _check(value: object, levels: int) -> None:
    if not levels:
        raise wrong("example")
    if isinstance(value, str):
        text(value, "example", EXAMPLE_BYTES)
    elif isinstance(value, list):
        for item in value:
            _check(item, levels - 1)
    elif isinstance(value, dict):
        for key, item in value.items():
            text(key, "example", EXAMPLE_BYTES)
            _check(item, levels - 1)
    elif isinstance(value, float):
        if not math.isfinite(value):
            raise wrong("example")
    elif not isinstance(value, _SCALARS):
        raise wrong("example")
