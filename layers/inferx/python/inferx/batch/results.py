"""The columns that a result has besides those of the input, and their values as text."""

import json
from collections.abc import Sequence
from itertools import repeat
from math import isfinite
from typing import Any

import numpy as np

from inferx.batch.csv_fields import quoted
from inferx.batch.predicting import Predicted
from inferx.serving import json_text
from inferx.serving.inputs.reader import Array
from inferx.serving.outputs import PredictionWriter
from inferx.signature import Signature

_KINDS = {str: "string", bool: "boolean", int: "integer", float: "number"}
_ENCODED = json.JSONEncoder(ensure_ascii=False).encode


class ResultColumns:
    """What a model's results have: ``prediction``, its probabilities, and ``error``.

    Attributes:
        labels: the classes that have a column ``probability_{label}`` each.
        has_others: whether there is a column ``probabilities``, of JSON text, in their place.
        kind: of predictions: ``string``, ``boolean``, ``integer``, ``number``; ``json`` for any
            that are more than one value.
    """

    def __init__(self, signature: Signature) -> None:
        writer = PredictionWriter(signature)
        has_probabilities = signature.probabilities is not None
        self.labels = writer.labels if has_probabilities else []
        self.has_others = has_probabilities and not self.labels
        self.kind = _kind_of(signature)

    @property
    def names(self) -> list[str]:
        """The columns of a table, in their order."""
        others = ["probabilities"] if self.has_others else []
        return ["prediction", *(f"probability_{each}" for each in self.labels), *others, "error"]

    def csv(self, predicted: Predicted) -> list[str]:
        """Return each row's new fields, with the commas between them."""
        columns: list[Sequence[str]] = [self._predictions(predicted)]
        count = len(predicted.predictions)
        if self.labels:
            columns += _score_columns(predicted.scores, len(self.labels), count)
        if self.has_others:
            columns.append(_json_fields(predicted.others or [None] * count))
        if predicted.errors:
            columns.append(
                [
                    quoted(predicted.errors[row]) if row in predicted.errors else ""
                    for row in range(count)
                ]
            )
        else:
            columns.append([""] * count)
        return list(map(",".join, zip(*columns, strict=True)))

    def json(self, predicted: Predicted) -> list[str]:
        """Return each row's new members of its JSON object, without braces."""
        count = len(predicted.predictions)
        columns = [[f'"prediction":{_json(each)}' for each in predicted.predictions]]
        if self.labels:
            columns.append(self._json_scores(predicted.scores, count))
        elif self.has_others:
            others = predicted.others or [None] * count
            columns.append([f'"probabilities":{_json(each)}' for each in others])
        errors = predicted.errors
        columns.append([f'"error":{_json(errors.get(row))}' for row in range(count)])
        return list(map(",".join, zip(*columns, strict=True)))

    def _json_scores(self, scores: Array | None, count: int) -> list[str]:
        if scores is None:
            return ['"probabilities":null'] * count
        keys = [_ENCODED(each).replace("%", "%%") for each in self.labels]
        form = '"probabilities":{' + ",".join(f"{key}:%s" for key in keys) + "}"
        rows = scores.tolist()
        if np.isfinite(scores).all():
            return [form % tuple(map(repr, row)) for row in rows]
        return [
            '"probabilities":null'
            if all(value != value for value in row)  # noqa: PLR0124  # NaN: a row that failed
            else form % tuple(repr(value) if isfinite(value) else "null" for value in row)
            for row in rows
        ]

    def _predictions(self, predicted: Predicted) -> list[str]:
        values = predicted.predictions
        if self.kind == "json":
            return _json_fields(values)
        if self.kind == "string":
            return ["" if each is None else quoted(each) for each in values]
        if self.kind == "number":
            return list(map(_number, values))
        return ["" if each is None else _json(each) for each in values]


def _kind_of(signature: Signature) -> str:
    if signature.probabilities is None and len(signature.outputs) > 1:
        return "json"
    spec = next(each for each in signature.outputs if each.name == signature.prediction)
    if len(spec.shape) > 2 or (len(spec.shape) == 2 and spec.shape[1] != 1):
        return "json"
    if signature.classes:
        kinds = {type(each) for each in signature.classes}
        return _KINDS.get(kinds.pop(), "json") if len(kinds) == 1 else "json"
    if "float" in spec.dtype:
        return "number"
    return {"bool": "boolean", "string": "string"}.get(spec.dtype, "integer")


def _number(value: float | None) -> str:
    return repr(float(value)) if value is not None and isfinite(value) else ""


def _score_columns(scores: Array | None, labels: int, count: int) -> list[Sequence[str]]:
    if scores is None:
        return [[""] * count for _ in repeat(None, labels)]
    if np.isfinite(scores).all():
        return [list(map(repr, column)) for column in scores.T.tolist()]
    return [list(map(_number, column)) for column in scores.T.tolist()]


def _json_fields(values: Sequence[Any]) -> list[str]:
    return ["" if each is None else quoted(json_text.write(each)) for each in values]


def _json(value: Any) -> str:
    return "null" if value is None else json_text.write(value)
