"""The fields of one CSV record, as they are written and as they are meant (RFC 4180)."""

import re
from functools import lru_cache

from inferx.errors import BadInput

# What follows a closing quote belongs to the field, and a quote within a field is a character.
_FIELD = re.compile(rb'("[^"]*+(?:""[^"]*+)*+"[^,]*+|[^",][^,]*+|)(?:,|\Z)')
_OPENED = re.compile(r'"([^"]*+(?:""[^"]*+)*+)"')
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[+-]?(?:nan|inf|infinity)", re.IGNORECASE)
NEEDS_QUOTES = r'[",\r\n]'
"""What a field has that must be quoted."""

_NEEDS_QUOTES = re.compile(NEEDS_QUOTES)


def content(record: bytes) -> bytes:
    """Return a record without its line ending."""
    return record.removesuffix(b"\n").removesuffix(b"\r")


def split(record: bytes) -> list[bytes]:
    """Return a record's fields as they are written, quotes included.

    Raises:
        BadInput: a quote is not closed.
    """
    text = content(record)
    if b'"' not in text:
        return text.split(b",")
    fields: list[bytes] = []
    position = 0
    while found := _FIELD.match(text, position):
        fields.append(found[1])
        position = found.end()
        if position == len(text) and text[found.end(1) : position] != b",":
            return fields
    raise BadInput("A quote is not closed.")


def value(field: bytes) -> str | None:
    """Return what a field means; ``None`` for an empty one without quotes.

    Raises:
        BadInput: it is no UTF-8.
    """
    if not field:
        return None
    try:
        text = field.decode()
    except UnicodeDecodeError:
        raise BadInput("The row is not valid UTF-8.") from None
    found = _OPENED.match(text)
    if found is None:
        return text
    return found[1].replace('""', '"') + text[found.end() :]


def number(text: str) -> float | int | str:
    """Return the number that a field holds; the text itself where it holds none."""
    bare = text.strip(" \t")
    if _NUMBER.fullmatch(bare):
        try:
            whole = int(bare)
        except ValueError:  # a fraction, or thousands of digits
            return float(bare)
        return whole or float(bare)  # -0 is a number of its own
    return float(bare) if _NOT_FINITE.fullmatch(bare) else text


@lru_cache(maxsize=1 << 10)
def quoted(text: str) -> str:
    """Return a text as a field, in quotes only where it needs them."""
    if text and not _NEEDS_QUOTES.search(text):
        return text
    return '"' + text.replace('"', '""') + '"'
