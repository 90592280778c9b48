"""Rows that try an open model: ordinary ones and extreme ones, each run under a time limit.

A graph may loop as often as a number in the request says, or reserve memory for it.
"""

import math
import threading
from collections.abc import Iterator
from typing import Any

import numpy as np

from inferx.onnx_session import RUN_ERRORS, ort

RUN_SECONDS = 10
"""How long one row may take, measured on the converter's own processor."""

_MOST_NUMBERS = 2**27  # of one input; a request has fewer, in images too

_OF_MEMORY = ("alloc", "memory")
"""What the runtime's errors say where a run needs more than there is."""

_EXTREMES: dict[str, tuple[Any, ...]] = {
    "f": (0, 1, -1, 1e6, -1e6, np.inf, np.nan),
    "i": (0, 1, -1, 1_000_000, 2**36, 2**62),
    "u": (0, 1, 2**36, 2**62),
    "b": (False, True),
    "O": ("", "a", "a" * 1_000),
}


class TooMuch(Exception):
    """A row takes more time or memory than there is; the text is a sentence for its owner."""


def try_rows(session: ort.InferenceSession) -> None:
    """Run the model on one row of each kind.

    A row that it does not take is no fault: sizes of free dimensions are guessed, and numbers may
    be places in a table.

    Raises:
        TooMuch: a row takes longer than :data:`RUN_SECONDS`, or more memory than there is.
    """
    inputs = session.get_inputs()
    for value in inputs:
        if math.prod(_shape(value)) > _MOST_NUMBERS:
            raise TooMuch(
                f"Input {value.name!r:.100} of the model takes more numbers than a request holds: "
                f"{math.prod(_shape(value)):,} for one row. Make it smaller."
            )
    try:
        for feed in _feeds(inputs):
            _try(session, feed)
    except MemoryError:
        raise _too_much_memory() from None


def _try(session: ort.InferenceSession, feed: dict[str, Any]) -> None:
    try:
        _run(session, feed)
    except RUN_ERRORS as failure:
        if any(word in str(failure).lower() for word in _OF_MEMORY):
            raise _too_much_memory() from failure


def _run(session: ort.InferenceSession, feed: dict[str, Any]) -> None:
    options = ort.RunOptions()
    ended = threading.Event()

    def end() -> None:
        ended.set()
        options.terminate = True

    timer = threading.Timer(RUN_SECONDS, end)
    timer.start()
    try:
        session.run(None, feed, options)
    except RUN_ERRORS:
        if not ended.is_set():
            raise
    finally:
        timer.cancel()
    if ended.is_set():
        raise TooMuch(
            f"The model takes longer than {RUN_SECONDS} seconds for one row whose numbers are "
            "extreme: its graph has a loop that runs as long as a number in the request says. "
            "Bound the loop."
        )


def _too_much_memory() -> TooMuch:
    return TooMuch(
        "The model takes more memory for one row whose numbers are extreme than there is: its "
        "graph makes tensors as large as a number in the request says. Bound their size."
    )


def _feeds(inputs: list[Any]) -> Iterator[dict[str, Any]]:
    dtypes = {value.name: _dtype(value.type) for value in inputs}
    most = max((len(_EXTREMES[dtype.kind]) for dtype in dtypes.values()), default=1)
    for place in range(most):
        yield {value.name: _tensor(value, dtypes[value.name], place) for value in inputs}


def _dtype(kind: str) -> np.dtype[Any]:
    name = kind.removeprefix("tensor(").removesuffix(")")
    named = {"string": "O", "double": "float64", "float": "float32"}
    return np.dtype(named.get(name, name))


def _shape(value: Any) -> list[int]:
    return [size if isinstance(size, int) and size > 0 else 1 for size in value.shape]


def _tensor(value: Any, dtype: np.dtype[Any], place: int) -> Any:
    extremes = _EXTREMES[dtype.kind]
    extreme = extremes[min(place, len(extremes) - 1)]
    if dtype.kind in "iu":
        bounds = np.iinfo(dtype)
        extreme = min(max(extreme, bounds.min), bounds.max)
    with np.errstate(over="ignore"):  # half-precision numbers become infinite
        return np.full(_shape(value), extreme, dtype=dtype)
