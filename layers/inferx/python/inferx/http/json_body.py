"""JSON request bodies of the web functions (RFC 8259), bounded before anything reads them."""

import json
from typing import Any, NoReturn

from inferx.errors import BadInput

_DEPTH = 32
_DIGITS = 100


def read_json(text: str) -> Any:
    """Return what a JSON text holds.

    Raises:
        BadInput: it is not JSON, is nested too deeply, or holds a whole number of too many digits.
    """
    try:
        content = json.loads(text, parse_int=_whole_number, parse_constant=_no_json_number)
    except json.JSONDecodeError as error:
        raise BadInput("The request body is not valid JSON.") from error
    except RecursionError as error:
        raise _too_deep() from error
    if _is_deeper_than(content, _DEPTH):
        raise _too_deep()
    return content


def _whole_number(digits: str) -> int:
    # int() takes quadratic time, and refuses thousands of digits with a ValueError of its own.
    if len(digits) > _DIGITS:
        raise BadInput(f"The request body holds a number of more than {_DIGITS} digits.")
    return int(digits)


def _no_json_number(name: str) -> NoReturn:
    raise BadInput(f"The request body is not valid JSON: {name} is no JSON number.")


def _too_deep() -> BadInput:
    return BadInput(f"The request body is nested more than {_DEPTH} levels deep.")


def _is_deeper_than(content: Any, levels: int) -> bool:
    if not isinstance(content, dict | list):
        return False
    inner = content.values() if isinstance(content, dict) else content
    return levels == 0 or any(_is_deeper_than(each, levels - 1) for each in inner)
