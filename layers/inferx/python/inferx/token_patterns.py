"""Which regular expressions may split a request's text: those that take time linear in it.

A pattern comes from an uploaded file and runs in ``predict``, where one that backtracks could run
for hours. Python's own parser takes it apart, and only these shapes are allowed, and alternatives
of them:

- single characters or classes, the last of them repeated: a failed attempt reads no more than the
  fixed part;
- the same between two ``\\b``: an attempt that reads further can only fail at the last few word
  boundaries of the characters it read;
- the same before one ``\\b``, when all of it is ``\\w``: a run of these ends at a boundary.
"""

import re
from re import _constants, _parser  # type: ignore[attr-defined]  # private, so without types
from typing import Any

LONGEST = 500
_MOST_FIXED = 20
_MOST_REPEATED = 100
_SINGLE = {_constants.LITERAL, _constants.NOT_LITERAL, _constants.IN, _constants.ANY}
_BOUNDARY = (_constants.AT, _constants.AT_BOUNDARY)
_WORD = [(_constants.CATEGORY, _constants.CATEGORY_WORD)]


def is_linear(pattern: str) -> bool:
    """Return whether finding all matches in a text takes time linear in its length."""
    if len(pattern) > LONGEST:
        return False
    try:
        parsed = _parser.parse(pattern)
    except (re.error, RecursionError, OverflowError):
        return False
    items = list(parsed)
    if len(items) == 1 and items[0][0] is _constants.BRANCH:
        return all(_is_simple(list(branch)) for branch in items[0][1][1])
    return _is_simple(items)


def _is_simple(items: list[Any]) -> bool:
    opened = items[:1] == [_BOUNDARY]
    items = items[opened:]
    closed = items[-1:] == [_BOUNDARY]
    items = items[: len(items) - closed]
    if not items or not all(_is_single(item) for item in items[:-1]):
        return False
    if _is_single(items[-1]):
        return len(items) <= _MOST_FIXED
    if items[-1][0] is not _constants.MAX_REPEAT:
        return False
    least, most, repeated = items[-1][1]
    if len(repeated) != 1 or not _is_single(repeated[0]):
        return False
    if not 1 <= least + len(items) - 1 <= _MOST_FIXED:
        return False
    if closed and not opened and most is _constants.MAXREPEAT:
        return all(_is_word(item) for item in (*items[:-1], repeated[0]))
    return most is _constants.MAXREPEAT or bool(most <= _MOST_REPEATED)


def _is_single(item: Any) -> bool:
    return item[0] in _SINGLE


def _is_word(item: Any) -> bool:
    return bool(item[0] is _constants.IN and item[1] == _WORD)
