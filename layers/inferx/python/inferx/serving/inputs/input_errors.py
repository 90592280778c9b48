"""Errors for input that does not fit the model: which features, in which row, and why."""

from collections.abc import Iterable, Sequence
from typing import Any

from inferx.errors import BadInput
from inferx.signature import Feature

_LISTED = 10
_LONGEST = 60

NO_ROWS = (
    "The input must be one row (an object of features, or a list of values) or a list of rows."
)


def in_row(place: int | None) -> str:
    """Return the beginning of a sentence about one row of a batch; nothing for a single row.

    Args:
        place: the row's index in the batch.
    """
    return "" if place is None else f"Row {place + 1} (input[{place}]): "


def wrong_names(
    features: Sequence[Feature], row: dict[str, Any], named: bool, place: int | None
) -> BadInput:
    """Return the error for a row whose names are not the model's features."""
    known = dict.fromkeys(feature.name or "" for feature in features) if named else {}
    missing = [name for name in known if name not in row]
    unknown = [name for name in row if name not in known] if named else []
    sentence = _expected(features, len(row), named, place)
    for what, names in (("missing", missing), ("unknown", unknown)):
        if names:
            sentence += f"; {what}: {_list(names)}"
    return BadInput(sentence)


def wrong_count(
    features: Sequence[Feature], row: Sequence[Any], named: bool, place: int | None
) -> BadInput:
    """Return the error for a row of too few or too many values."""
    sentence = _expected(features, len(row), named, place)
    missing = [feature.name or "" for feature in features[len(row) :]]
    if named and missing:
        sentence += f"; missing: {_list(missing)}"
    if place is None and len(features) == 1 and len(row) > 1:
        sentence += "; a batch is a list of rows: [[…], […]]"
    return BadInput(sentence)


def mixed_batch(place: int | None) -> BadInput:
    """Return the error for a batch of both objects and lists, or of what is no row at all."""
    return BadInput(f"{in_row(place)}the rows of a batch must be all objects or all lists.")


def wrong_values(faults: Iterable[tuple[Feature, int, str]], place: int | None) -> BadInput:
    """Return the error for values of one row that the model cannot take.

    Args:
        faults: of each, the feature, its position in the row, and what is wrong with its value.
        place: the row's index in the batch; ``None`` for a single row.
    """
    sentences = [
        f"Feature {_shown(feature.name) if feature.name else position + 1} {problem}"
        for feature, position, problem in faults
    ]
    more = f"; and {len(sentences) - _LISTED} more" if len(sentences) > _LISTED else ""
    sentence = "; ".join(sentences[:_LISTED]) + more
    return BadInput(in_row(place) + sentence)


def _expected(features: Sequence[Feature], given: int, named: bool, place: int | None) -> str:
    names = f" ({_list([feature.name or '' for feature in features])})" if named else ""
    plural = "" if len(features) == 1 else "s"
    return f"{in_row(place)}Model expects {len(features)} feature{plural}{names}, got {given}"


def _list(names: Sequence[str]) -> str:
    more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    return ", ".join(map(_shown, names[:_LISTED])) + more


def _shown(name: str) -> str:
    return name if len(name) <= _LONGEST else name[: _LONGEST - 1] + "…"
