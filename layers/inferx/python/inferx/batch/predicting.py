"""Predictions for some rows at once, in which a row at fault concerns no other."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from inferx.errors import BadInput, TooLarge
from inferx.serving.inputs.features import FeatureReader
from inferx.serving.inputs.reader import Array, Feed
from inferx.serving.limits import Limits
from inferx.serving.model import Model

_ONE = Limits(rows=1, body_bytes=0)
_FAULTS = (BadInput, TooLarge)
"""What a row is refused for; any other error is no fault of its."""

type Tensors = dict[str, Array]


class Rows(Protocol):
    """Some rows of a file."""

    def __len__(self) -> int: ...

    def tensors(self) -> Tensors | None:
        """Return the tensors of all rows; ``None`` when some row may not fit the model."""
        ...

    def input(self, row: int) -> Any:
        """Return one row as a request has it as ``input``.

        Raises:
            BadInput: the file does not hold a row there.
        """
        ...


@dataclass(frozen=True, slots=True)
class Predicted:
    """What was predicted for some rows.

    Attributes:
        predictions: of each row, as a request's response has it; ``None`` where it failed.
        scores: each row's probabilities by label, shape [rows, labels]; NaN where it failed.
        others: each row's probabilities where they have another form.
        errors: why rows failed, by row.
    """

    predictions: list[Any]
    scores: Array | None = None
    others: list[Any] | None = None
    errors: dict[int, str] = field(default_factory=dict)


class Predictor:
    """Predicts with one model."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._writer = model.writer
        signature = model.signature
        self._reader = None if signature.features is None else FeatureReader(signature)
        self._one_by_one = signature.features is None or signature.takes_one_row

    def predict(self, rows: Rows) -> Predicted:
        """Predict each row, or find why it cannot be."""
        if self._one_by_one:
            return self._singly(rows)
        errors: dict[int, str] = {}
        good: list[int] | range = range(len(rows))
        tensors = rows.tensors()
        if tensors is None:
            tensors, good = self._read(rows, errors)
        runs: list[tuple[list[int], list[Array]]] = []
        for places, results in self._run(tensors, list(range(len(good))), errors, good):
            if any(each.ndim == 0 or len(each) != len(places) for each in results):
                return self._singly(rows)  # the graph has outputs that are not a row's
            runs.append((places, results))
        return self._collected(len(rows), good, runs, errors)

    def _read(self, rows: Rows, errors: dict[int, str]) -> tuple[Tensors, list[int]]:
        assert self._reader is not None
        feeds: list[Tensors] = []
        good: list[int] = []
        for row in range(len(rows)):
            try:
                feeds.append(self._reader.read(rows.input(row), _ONE).tensors)
            except _FAULTS as error:
                errors[row] = error.detail
            else:
                good.append(row)
        names = feeds[0] if feeds else ()
        return {name: np.concatenate([each[name] for each in feeds]) for name in names}, good

    def _run(
        self,
        tensors: Tensors,
        places: list[int],
        errors: dict[int, str],
        good: list[int] | range,
    ) -> Iterator[tuple[list[int], list[Array]]]:
        """Yield results and the places of their rows; halves that fail are run by themselves."""
        if not places:
            return
        feed = Feed(tensors, len(places), single=len(places) == 1)
        try:
            results = self._model.run(feed, self._writer.names)
        except _FAULTS as error:
            if len(places) == 1:
                errors[good[places[0]]] = error.detail
                return
        else:
            yield places, results
            return
        middle = len(places) // 2
        for start, end in ((0, middle), (middle, len(places))):
            half = {name: each[start:end] for name, each in tensors.items()}
            yield from self._run(half, places[start:end], errors, good)

    def _collected(
        self,
        count: int,
        good: list[int] | range,
        runs: list[tuple[list[int], list[Array]]],
        errors: dict[int, str],
    ) -> Predicted:
        if not runs:
            return Predicted([None] * count, errors=errors)
        names = self._writer.names
        joined = [
            np.concatenate([results[each] for _, results in runs]) for each in range(len(names))
        ]
        rows = [good[place] for places, _ in runs for place in places]
        scores = joined[1] if self._writer.labels and len(joined) == 2 else None
        if scores is not None and scores.ndim != 2:
            scores = None
        written = self._writer.write(joined if scores is None else joined[:1], len(rows), False)
        predictions, others = written["prediction"], written.get("probabilities")
        if len(rows) == count:
            return Predicted(predictions, scores, others, errors)
        return Predicted(
            _spread(predictions, rows, count),
            None if scores is None else _spread_scores(scores, rows, count),
            None if others is None else _spread(others, rows, count),
            errors,
        )

    def _singly(self, rows: Rows) -> Predicted:
        predictions: list[Any] = []
        others: list[Any] = []
        errors: dict[int, str] = {}
        for row in range(len(rows)):
            content: dict[str, Any] = {"prediction": None}
            try:
                content, _ = self._model.predict(rows.input(row), _ONE)
            except _FAULTS as error:
                errors[row] = error.detail
            predictions.append(content["prediction"])
            others.append(content.get("probabilities"))
        labels = self._writer.labels
        if not labels or not all(each is None or isinstance(each, dict) for each in others):
            return Predicted(predictions, None, others if any(others) else None, errors)
        scores = [
            [np.nan] * len(labels) if each is None else list(each.values()) for each in others
        ]
        has_scores = any(each is not None for each in others)
        return Predicted(predictions, np.array(scores) if has_scores else None, None, errors)


def _spread(values: list[Any], rows: list[int], count: int) -> list[Any]:
    spread = [None] * count
    for row, value in zip(rows, values, strict=True):
        spread[row] = value
    return spread


def _spread_scores(scores: Array, rows: list[int], count: int) -> Array:
    spread = np.full((count, scores.shape[1]), np.nan, scores.dtype)
    spread[rows] = scores
    return spread
