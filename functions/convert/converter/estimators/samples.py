"""The owner's own rows: answered by the original and by the finished file, and compared.

They are read by the code that reads predictions, once as the graph takes them and once in float64,
as the original does.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from converter.estimators.layout import Layout, Rows
from converter.estimators.ordinary_rows import ordinary_inputs
from converter.estimators.parity import compare
from converter.estimators.predictions import (
    Predictions,
    graph_predictions,
    original_predictions,
)
from exported.served import (
    Served,
    example_or_none,
    first_accepted,
    named,
    read_samples,
    shown,
    together,
    without_nan,
)
from inferx.errors import Refused
from inferx.manifest import SampleReport, Signature
from inferx.samples import Row
from inferx.serving.inputs import Feed, reader_for

_ANSWER = 50


class Disagreement(Refused):
    """The two predict a row of the owner's differently; another form may not."""


@dataclass(frozen=True)
class Subject:
    """The original, unwrapped: what it takes, and the rows it was probed with."""

    estimator: Any
    task: str
    layout: Layout
    rows: Rows


@dataclass(frozen=True)
class Shown:
    """What the owner's rows showed, and the example for a request."""

    report: SampleReport | None
    example: dict[str, Any] | None


def shown_on(subject: Subject, path: Path, samples: Sequence[Row]) -> Shown:
    """Compare both models on the owner's rows, and choose an example.

    Args:
        subject: the original.
        path: the finished ONNX file.
        samples: the owner's rows; none where they sent none.

    Raises:
        Refused: naming a row that the model does not take, or that the original fails on.
        Disagreement: naming a row that the two predict differently.
    """
    both = _Both(subject, Served(path))
    report = None
    if samples:
        both.check(samples)
        report = SampleReport(rows=len(samples), agreed=len(samples))
    return Shown(report, example_or_none(partial(_example, both, subject, samples)))


def _example(both: "_Both", subject: Subject, samples: Sequence[Row]) -> dict[str, Any] | None:
    candidates = [without_nan(sample) for sample in samples[:1]]
    drawn = ordinary_inputs(subject.estimator, subject.layout, subject.rows)
    return first_accepted(chain(candidates, drawn), both.agree_on)


class _Both:
    """The original and the converted model, side by side."""

    def __init__(self, subject: Subject, served: Served) -> None:
        self._subject = subject
        self._served = served
        self._reader = reader_for(served.signature)
        self._features = served.signature.features or ()
        self._exact = reader_for(_in_float64(served.signature))

    def check(self, samples: Sequence[Row]) -> None:
        feeds = read_samples(self._reader, samples)
        original = self._original(self._rows(read_samples(self._exact, samples)), samples)
        outputs = together(self._served.outputs(feeds, samples))
        converted = graph_predictions(outputs, self._subject.task)
        verdict = compare(original, converted, "float64")
        if not verdict.passed:
            raise Disagreement(_differ(verdict.worst_row, samples, original, converted))

    def agree_on(self, given: Any) -> bool:
        """Return whether both predict one input, and alike.

        Raises:
            BadInput: the converted model does not take it.
        """
        (feed,) = read_samples(self._reader, [given])
        converted = graph_predictions(self._served.run(feed), self._subject.task)
        try:
            original = self._predictions(self._rows(read_samples(self._exact, [given])))
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001  # as for probe rows: the original raises anything
            return False
        return compare(original, converted, "float64").passed

    def _rows(self, feeds: Sequence[Feed]) -> Rows:
        return [
            np.concatenate([feed.tensors[each.input][:, each.column] for feed in feeds])
            for each in self._features
        ]

    def _original(self, rows: Rows, samples: Sequence[Row]) -> Predictions:
        try:
            return self._predictions(rows)
        except MemoryError:
            raise
        except Exception as failure:
            for place, sample in enumerate(samples):
                self._try([column[place : place + 1] for column in rows], place, sample)
            raise Refused(
                "The original fails on the samples together, though on none of them alone; "
                "upload the model again without samples."
            ) from failure

    def _try(self, row: Rows, place: int, sample: Row) -> None:
        try:
            self._predictions(row)
        except MemoryError:
            raise
        except Exception as failure:
            raise Refused(
                f"{named(place, sample)} is no row that the original takes: it raises "
                f"{type(failure).__name__} ({failure!s:.150}). Correct it or leave it out, and "
                "upload the model again."
            ) from failure

    def _predictions(self, rows: Rows) -> Predictions:
        arranged = self._subject.layout.for_original(rows)
        predicted = original_predictions(self._subject.estimator, arranged, self._subject.task)
        # On rows of the owner's own a tie is no excuse for another prediction.
        return replace(predicted, margin=None, undecided=None)


def _in_float64(signature: Signature) -> Signature:
    inputs = tuple(
        replace(tensor, dtype="float64") if tensor.dtype == "float32" else tensor
        for tensor in signature.inputs
    )
    return replace(signature, inputs=inputs)


def _differ(
    place: int, samples: Sequence[Row], original: Predictions, converted: Predictions
) -> str:
    return (
        f"{named(place, samples[place])}: the original predicts {_answer(original, place)} and the "
        f"converted model {_answer(converted, place)}, so it is not served. Convert the model to "
        "ONNX yourself, with skl2onnx for instance, and upload the .onnx file."
    )


def _answer(predictions: Predictions, place: int) -> str:
    if predictions.values is not None:
        values = np.asarray(predictions.values[place]).tolist()
        return shown(values[0] if len(values) == 1 else values, _ANSWER)
    (plain,) = np.asarray(predictions.labels)[place : place + 1].tolist()
    label = shown(plain, _ANSWER)
    if predictions.probabilities is None:
        return label
    rounded = np.round(np.asarray(predictions.probabilities[place], dtype=float), 6).tolist()
    return f"{label} {shown(rounded, _ANSWER)}"
