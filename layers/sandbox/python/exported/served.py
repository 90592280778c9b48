"""A converted model as ``predict`` opens it, asked for its owner's rows one by one."""

import json
import traceback
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import numpy as np

from inferx.errors import Broken, InferXError, Refused
from inferx.examples import example_of
from inferx.samples import Row
from inferx.serving.inputs import Feed, Reader
from inferx.serving.limits import HTTP
from inferx.serving.model import Model
from inferx.signature import Signature

_SHOWN = 100
_T = TypeVar("_T")
_CORRECT = "Correct it or leave it out, and upload the model again."

Outputs: TypeAlias = dict[str, Any]
"""The arrays of a graph's outputs by their names."""


class Served:
    """An open model.

    Args:
        path: the finished ONNX file, its signature inside.
    """

    def __init__(self, path: Path) -> None:
        self._model = Model(path)
        self._names = [output.name for output in self.signature.outputs]

    @property
    def signature(self) -> Signature:
        """What the model takes and predicts."""
        return self._model.signature

    def outputs(self, feeds: Iterable[Feed], samples: Sequence[Row]) -> list[Outputs]:
        """Return what the graph gives for each row.

        Raises:
            Refused: naming the row that the graph does not take.
        """
        rows = enumerate(zip(feeds, samples, strict=True))
        return [_asked(place, sample, partial(self.run, feed)) for place, (feed, sample) in rows]

    def run(self, feed: Feed) -> Outputs:
        """Return what the graph gives for one request.

        Raises:
            InferXError: it does not take these tensors.
        """
        return dict(zip(self._names, self._model.run(feed, self._names), strict=True))


def read_samples(reader: Reader, samples: Sequence[Row]) -> list[Feed]:
    """Read each row as predictions read it.

    Raises:
        Refused: naming the row that the model does not take, and why.
    """
    return [
        _asked(place, sample, partial(_one, reader, sample)) for place, sample in enumerate(samples)
    ]


def _one(reader: Reader, sample: Row) -> Feed:
    feed = reader.read(sample, HTTP)
    if feed.rows != 1:
        raise Refused(f"it holds {feed.rows} rows, and a sample is one row")
    return feed


def _asked(place: int, sample: Row, ask: Callable[[], _T]) -> _T:
    try:
        return ask()
    except InferXError as fault:
        reason = "the converted model fails on it"
        if not isinstance(fault, Broken):
            reason = fault.detail.rstrip(".")
        raise Refused(
            f"{named(place, sample)} is no row that this model takes: {reason:.230}. {_CORRECT}"
        ) from fault


def named(place: int, sample: Row) -> str:
    """Return how a refusal names a row: its number from 1 and its values."""
    return f"Sample {place + 1} ({shown(sample, _SHOWN)})"


def shown(value: object, most: int) -> str:
    """Return a value as JSON has it, in at most so many characters."""
    written = json.dumps(value, ensure_ascii=False)
    return written if len(written) <= most else f"{written[: most - 1]}…"


def together(outputs: Sequence[Outputs]) -> Outputs:
    """Return the outputs of single rows as those of one batch."""
    return {name: np.concatenate([each[name] for each in outputs]) for name in outputs[0]}


def without_nan(value: Any) -> Any:
    """Return JSON's types with ``null`` for NaN, which only Python's JSON has."""
    if isinstance(value, float) and value != value:  # noqa: PLR0124  # NaN
        return None
    if isinstance(value, list):
        return [without_nan(item) for item in value]
    if isinstance(value, dict):
        return {key: without_nan(item) for key, item in value.items()}
    return value


def example_or_none(make: Callable[[], dict[str, Any] | None]) -> dict[str, Any] | None:
    """Return the example that is made; ``None`` where that fails, for which none is refused."""
    try:
        return make()
    except MemoryError:
        raise
    except Exception as failure:  # noqa: BLE001  # models are of many shapes, some of them forged
        traceback.print_exception(failure)  # for the parent's log
        return None


def first_accepted(
    candidates: Iterable[Any], accepts: Callable[[Any], bool]
) -> dict[str, Any] | None:
    """Return the first input that makes an example, as a request body.

    Args:
        candidates: inputs, best first.
        accepts: whether the model predicts for an input.
    """
    for candidate in candidates:
        try:
            example = example_of({"input": candidate})
            if accepts(candidate):
                return example
        except InferXError:  # too long for an example, or not what the model takes
            continue
    return None
