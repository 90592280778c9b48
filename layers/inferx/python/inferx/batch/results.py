"""The columns that a result has besides those of the input, and their values as text."""

import json
from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from inferx.batch.csv_fields import NEEDS_QUOTES, quoted
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

    def csv(self, predicted: Predicted) -> list[Any]:
        """Return the new columns as Arrow arrays of fields, a byte string each."""
        count = len(predicted.predictions)
        columns = [self._predictions(predicted.predictions)]
        if self.labels:
            columns += _score_columns(predicted.scores, len(self.labels), count)
        if self.has_others:
            columns.append(_json_fields(predicted.others or [None] * count))
        columns.append(_error_fields(predicted.errors, count))
        return columns

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

    def _predictions(self, values: list[Any]) -> Any:
        if self.kind == "json":
            return _json_fields(values)
        if self.kind == "string":
            texts = pa.array(values, pa.string())
            if pc.any(pc.match_substring_regex(texts, NEEDS_QUOTES)).as_py() or "" in values:
                texts = pa.array([None if each is None else quoted(each) for each in values])
            return _fields(texts)
        if self.kind == "number":
            return _numbers(np.array(values, float))  # None is NaN
        if self.kind == "integer" and None not in values:
            return _fields(pa.array(values).cast(pa.string()))
        return _texts(["" if each is None else _json(each) for each in values])


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


def _numbers(values: Array) -> Any:
    """Return the shortest texts that are read as the same numbers; none for what is no number."""
    values = values.astype(np.float64, copy=False)
    missing = ~np.isfinite(values)
    return _fields(pa.array(values, mask=missing if missing.any() else None).cast(pa.string()))


def _score_columns(scores: Array | None, labels: int, count: int) -> list[Any]:
    if scores is None:
        return [_texts([""] * count)] * labels
    return [_numbers(scores[:, label]) for label in range(labels)]


def _error_fields(errors: Mapping[int, str], count: int) -> Any:
    if not errors:
        return pa.repeat(pa.scalar(b""), count)
    return _texts([quoted(errors[row]) if row in errors else "" for row in range(count)])


def _json_fields(values: Sequence[Any]) -> Any:
    return _texts(["" if each is None else quoted(json_text.write(each)) for each in values])


def _texts(values: Sequence[str]) -> Any:
    return pa.array(values, pa.string()).view(pa.binary())


def _fields(texts: Any) -> Any:
    return texts.fill_null("").view(pa.binary())


def _json(value: Any) -> str:
    return "null" if value is None else json_text.write(value)
