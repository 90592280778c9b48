"""The part ``samples`` of a form: rows as JSON, JSON Lines or CSV.

The part's content type, or the ending of its file name, says which; else its first characters do.
"""

import csv
import io
import json
import re
from pathlib import PurePosixPath
from typing import Any

from inferx.errors import Invalid
from inferx.samples import MOST_ROWS, SENT_BYTES

_KINDS = {
    "application/json": "json",
    ".json": "json",
    "application/jsonl": "lines",
    "application/x-ndjson": "lines",
    "application/ndjson": "lines",
    ".jsonl": "lines",
    ".ndjson": "lines",
    "text/csv": "csv",
    ".csv": "csv",
}
# JSON's numbers, and those with a point at an end. What has a zero in front is a code, no number.
_NUMBER = re.compile(r"[+-]?(?:(?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?")


def rows_in(content: bytes, *, content_type: str, file_name: str) -> Any:
    """Return the rows of the part, not yet checked.

    Args:
        content: the part's.
        content_type: the part's, empty where it has none.
        file_name: the part's, empty where it has none.

    Raises:
        Invalid: it cannot be read; the sentence gives the line and what to do.
    """
    if len(content) > SENT_BYTES:
        raise _wrong(f"May have at most {SENT_BYTES:,} bytes and has {len(content):,}; send fewer")
    try:
        text = content.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        raise _wrong("Is not text in UTF-8; save it in that encoding") from None
    media_type = content_type.split(";", maxsplit=1)[0].strip().lower()
    kind = _KINDS.get(media_type) or _KINDS.get(PurePosixPath(file_name).suffix.lower())
    if kind is None:
        kind = _kind_of(text)
    if kind == "csv":
        return _of_csv(text)
    return _of_lines(text) if kind == "lines" else _of_json(text)


def _kind_of(text: str) -> str:
    if text[:1] not in ("[", "{"):
        return "csv"
    return "lines" if text[0] == "{" else "json"


def _of_json(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        if error.msg == "Extra data":
            return _of_lines(text)
        raise _wrong(
            f"Is no JSON: {error.msg} in line {error.lineno}; send a JSON list of rows, a row for "
            "each line, or CSV with a header"
        ) from None
    except (ValueError, RecursionError):
        raise _wrong("Is no JSON list of rows: it is too deep, or a number too long") from None


def _of_lines(text: str) -> list[Any]:
    rows = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            rows.append(json.loads(line))
        except (ValueError, RecursionError):
            raise _wrong(f"Line {number} is no JSON; send one row on each line") from None
        _count(rows)
    return rows


def _of_csv(text: str) -> list[dict[str, Any]]:
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[dict[str, Any]] = []
    try:
        names = next(lines, [])
        _check_names(names)
        for cells in lines:
            if not cells:
                continue
            if len(cells) != len(names):
                raise _wrong(
                    f"Line {lines.line_num} has {len(cells)} cells and the header {len(names)}; "
                    "put cells that hold commas in double quotes"
                )
            rows.append(dict(zip(names, map(_value, cells), strict=True)))
            _count(rows)
    except csv.Error as error:
        raise _wrong(f"Line {lines.line_num} is no CSV: {error}") from None
    return rows


def _check_names(names: list[str]) -> None:
    if "" in names:
        raise _wrong(
            f"Column {names.index('') + 1} has no name in the header; save the table without its "
            "index (index=False)"
        )
    doubled = next((name for name in names if names.count(name) > 1), None)
    if doubled is not None:
        raise _wrong(f"The header has {doubled[:60]!r} twice; give each column its own name")


def _count(rows: list[Any]) -> None:
    if len(rows) > MOST_ROWS:
        raise _wrong(f"May have at most {MOST_ROWS:,} rows; send fewer")


def _value(cell: str) -> Any:
    if cell == "":
        return None
    if not _NUMBER.fullmatch(cell):
        return cell
    return int(cell) if cell.lstrip("+-").isdecimal() else float(cell)


def _wrong(sentence: str) -> Invalid:
    return Invalid.field("samples", f"{sentence}.")
