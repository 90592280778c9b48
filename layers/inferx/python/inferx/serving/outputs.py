"""From the session's results to predictions: labels as trained, probabilities by label."""

import json
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

from inferx.serving.inputs.reader import Array
from inferx.signature import Label, Signature


class PredictionWriter:
    """Writes one model's predictions."""

    def __init__(self, signature: Signature) -> None:
        self.names = [signature.prediction]
        """The outputs of the graph to ask for, in the order that :meth:`write` takes them."""
        self._by_name = signature.probabilities is None and len(signature.outputs) > 1
        if self._by_name:
            self.names = [spec.name for spec in signature.outputs]
        elif signature.probabilities is not None:
            self.names.append(signature.probabilities)
        classes: tuple[Any, ...] = signature.classes or ()
        self._several = bool(classes) and isinstance(classes[0], tuple)
        self._kind = _kind(classes)
        self.labels = _keys(classes) if not self._several else []
        """The keys of a row's probabilities; none where they are lists."""
        self._outputs = [_keys(each) for each in classes] if self._several else []

    def write(self, results: Sequence[Array], rows: int, single: bool) -> dict[str, Any]:
        """Return ``prediction`` and, where the model has them, ``probabilities``.

        Several outputs that are no label with its probabilities are an object for each row, or
        one object of whole tensors where they do not have a row each.

        Args:
            results: the arrays of :attr:`names`, whose first axis is the rows.
            rows: how many rows the request had.
            single: whether the request was one row, whose prediction is no list.
        """
        if self._by_name:
            return {"prediction": self._named(results, rows, single)}
        written = {"prediction": self.labelled(results[0])}
        if len(results) > 1:
            written["probabilities"] = self.by_label(results[1])
        return {name: _first(each) for name, each in written.items()} if single else written

    def labelled(self, labels: Array) -> Any:
        """Return the first of several arrays as :meth:`write` does: labels as trained."""
        if self._kind is not None and labels.dtype.kind == "i":
            labels = labels.astype(self._kind)
        return _scalars(labels)

    def _named(self, results: Sequence[Array], rows: int, single: bool) -> Any:
        columns = dict(zip(self.names, map(_scalars, results), strict=True))
        if single:
            return {name: _first(column) for name, column in columns.items()}
        if any(result.ndim == 0 or len(result) != rows for result in results):
            return columns
        return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]

    def by_label(self, scores: Array) -> list[Any]:
        """Return the second array as :meth:`write` does: each row's probabilities."""
        rows: list[Any] = scores.tolist()
        if self._several:
            return [self._each_output(row) for row in rows]
        if not self.labels:
            return rows
        return [dict(zip(self.labels, row, strict=True)) for row in rows]

    def _each_output(self, row: list[list[float]]) -> list[dict[str, float]]:
        # Outputs with fewer classes than others are padded.
        both = zip(self._outputs, row, strict=True)
        return [dict(zip(labels, scores, strict=False)) for labels, scores in both]


def _kind(classes: tuple[Any, ...]) -> type[bool | float] | None:
    """Return the type that labels were trained as, where the graph has whole numbers instead."""
    labels = chain.from_iterable(each if isinstance(each, tuple) else (each,) for each in classes)
    kinds = set(map(type, labels))
    return next((kind for kind in (bool, float) if kinds == {kind}), None)


def _scalars(results: Array) -> Any:
    """Return a plain value for each row, or a list for each row of a multi-output model.

    A tensor without axes, which has no rows, is a plain value.
    """
    if results.ndim == 2 and results.shape[1] == 1:
        results = results[:, 0]
    return results.tolist()


def _first(column: Any) -> Any:
    """Return what a graph gives for one row; all of it where that is not a row of one."""
    return column[0] if isinstance(column, list) and len(column) == 1 else column


def _keys(labels: Iterable[Any]) -> list[str]:
    return [_key(label) for label in labels]


def _key(label: Label) -> str:
    """Return the label as a JSON object's key: its own JSON text, without a string's quotes."""
    return label if isinstance(label, str) else json.dumps(label)
