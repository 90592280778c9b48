"""Refuses categories that the model does not know, where the original refuses them."""

import json
from collections.abc import Mapping

import numpy as np

from inferx.serving.inputs import input_errors
from inferx.serving.inputs.reader import Array, Feed
from inferx.signature import MISSING_TEXT, Feature, Signature

_LONGEST = 60


class Categories:
    """Checks the columns of which the signature lists all values."""

    def __init__(self, signature: Signature) -> None:
        features = signature.features or ()
        places = {(each.input, each.column): place for place, each in enumerate(features)}
        self._columns = [
            (places[known.input, known.column], set(known.values)) for known in signature.categories
        ]
        self._features = features

    def check(self, feed: Feed) -> None:
        """Check the tensors of a request; missing values have been checked before.

        Raises:
            BadInput: one holds a value that the model does not know; the sentence names the
                feature, the row and the value.
        """
        found = [
            (place, *unknown)
            for place, known in self._columns
            if (unknown := self._unknown(feed.tensors, self._features[place], known)) is not None
        ]
        if not found:
            return
        row = min(row for _, row, _ in found)
        faults = [
            (self._features[place], place, f"is {value}, a category that the model does not know")
            for place, at, value in found
            if at == row
        ]
        raise input_errors.wrong_values(faults, None if feed.single else row)

    @staticmethod
    def _unknown(
        tensors: Mapping[str, Array], feature: Feature, known: set[str | float]
    ) -> tuple[int, str] | None:
        """Return the first row with an unknown value, and the value as JSON."""
        column = tensors[feature.input]
        column = column[:, feature.column] if column.ndim == 2 else column
        given = column.tolist()
        if known.issuperset(given):
            return None
        kept = known if column.dtype.kind == "O" else set(np.array([*known], column.dtype).tolist())
        for row, value in enumerate(given):
            missing = value == MISSING_TEXT or value != value  # noqa: PLR0124  # NaN
            if value not in kept and not missing:
                return row, json.dumps(value, ensure_ascii=False)[:_LONGEST]
        return None
