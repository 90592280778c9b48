"""Models of features, whose tensors may also be given whole, by the graph's names."""

from typing import Any

import numpy as np

from inferx.errors import BadInput
from inferx.serving.inputs.reader import Feed, Reader
from inferx.serving.limits import Limits
from inferx.signature import MISSING_TEXT, Signature


class NamedTensors:
    """Reads an object of nested lists as tensors, and anything else as rows of features.

    No feature's value is a list, so that the two cannot be confused.
    """

    def __init__(self, tensors: Reader, rows: Reader, signature: Signature) -> None:
        self._tensors = tensors
        self._rows = rows
        self._names = {spec.name for spec in signature.inputs}
        self._features = signature.features or ()

    def read(self, given: Any, limits: Limits) -> Feed:
        """Implement :meth:`inferx.serving.inputs.reader.Reader.read`."""
        if type(given) is not dict or given.keys() != self._names:
            return self._rows.read(given, limits)
        if not all(type(each) is list for each in given.values()):
            return self._rows.read(given, limits)
        feed = self._tensors.read(given, limits)
        if any(not len(each) or len(each) != feed.rows for each in feed.tensors.values()):
            raise BadInput("The inputs must have as many rows as each other, and at least one.")
        self._check_values(feed)
        return feed

    def _check_values(self, feed: Feed) -> None:
        for name, each in feed.tensors.items():
            if each.dtype.kind == "O" and (each == MISSING_TEXT).any():
                raise BadInput(f"Input {name} holds U+FDD0, which is no text.")
        numbers = [each for each in feed.tensors.values() if each.dtype.kind == "f"]
        if all(np.isfinite(each).all() for each in numbers):
            return
        for feature in self._features:
            column = feed.tensors[feature.input][:, feature.column]
            if column.dtype.kind != "f" or feature.kind == "any":
                continue
            for kind, taken, found in (
                ("NaN", feature.nullable, np.isnan(column)),
                ("infinite", feature.infinite, np.isinf(column)),
            ):
                if not taken and found.any():
                    raise BadInput(
                        f"Input {feature.input}, column {feature.column} is {kind} in row "
                        f"{int(found.argmax()) + 1}, which the model does not take."
                    )
