"""A model owner's own rows, sent with a model: how many there may be, and how they are stored.

They are stored as a JSON list and cross from the upload to the converter as an object in the
bucket. Standard library only.
"""

import json
from typing import Any, TypeAlias

from inferx.untrusted import wrong

MOST_ROWS = 1_000
"""Rows of one upload."""

SENT_BYTES = 200 * 1024
"""Bytes of the rows as they are sent."""

STORED_BYTES = 1024 * 1024
"""Bytes of the rows as they are stored, where each row of a CSV file has its names."""

Row: TypeAlias = dict[str, Any] | list[Any] | str
"""One row, as predictions take it: by names, by position, or an image in base64."""


def written(rows: list[Row]) -> bytes:
    """Return the rows as they are stored: JSON in UTF-8.

    Raises:
        ValueError: a string holds half a surrogate pair (``UnicodeEncodeError``).
    """
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode()


def read(content: bytes) -> list[Row]:
    """Return the rows that were stored, after checking them.

    Raises:
        Malformed: for anything that an upload does not store.
    """
    if len(content) > STORED_BYTES:
        raise wrong("samples")
    try:
        rows = json.loads(content)
    except (ValueError, RecursionError):
        raise wrong("samples") from None
    if not are_rows(rows):
        raise wrong("samples")
    checked: list[Row] = rows
    return checked


def are_rows(given: object) -> bool:
    """Return whether this is a list of some rows, and of no more than there may be."""
    return (
        isinstance(given, list)
        and 0 < len(given) <= MOST_ROWS
        and all(isinstance(row, dict | list | str) for row in given)
    )
