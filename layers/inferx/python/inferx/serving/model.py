"""One open model: a session, and how to read its inputs and write its predictions."""

import json
import os
from typing import Any

import numpy as np

from inferx.errors import BadInput, Broken, Unavailable
from inferx.onnx_session import PROVIDERS, RUN_ERRORS, ort, session_options
from inferx.serving.direct_runs import DirectRuns
from inferx.serving.inputs import Feed, categories_of, feeds_for, reader_for
from inferx.serving.inputs.reader import Array
from inferx.serving.limits import HTTP, Limits
from inferx.serving.outputs import PredictionWriter
from inferx.serving.timed_runs import Runs, TimedRuns
from inferx.signature import LOOPS_KEY, METADATA_KEY, Signature

_ONE_ROW = (
    "The model takes one row a request: it was exported for one, and its graph does not show "
    "which axes are the rows. Export it with a free first dimension to send several."
)
_MB_PER_VCPU = 1769  # AWS Lambda Developer Guide, "Configure Lambda function memory"
_NOT_THESE_VALUES = (
    "The model fails on a value in this request; send values like those it was trained with."
)
_OUT_OF_MEMORY = "The prediction needs more memory than there is; send fewer or smaller rows."
_LISTED = 4
_OF_MEMORY = ("alloc", "memory")
"""What the runtime's errors say where not the request is at fault."""


class Model:
    """An open model, ready to predict.

    Args:
        path: the ONNX file, which carries its signature.
        threads: how many threads one run may use.

    Raises:
        Broken: the file is no model that a conversion wrote.
    """

    def __init__(self, path: str | os.PathLike[str], *, threads: int = 1) -> None:
        try:
            self.session = ort.InferenceSession(path, session_options(threads), PROVIDERS)
            metadata = self.session.get_modelmeta().custom_metadata_map
            self.signature = Signature.from_dict(json.loads(metadata[METADATA_KEY]))
            loops = json.loads(metadata.get(LOOPS_KEY, "[]"))
        except Exception as error:
            # onnxruntime's errors have no common root but Exception.
            raise Broken from error
        self.runs: Runs = (TimedRuns if loops else DirectRuns)(self.session)
        self.outputs = [spec.name for spec in self.signature.outputs]
        """The names of all outputs of the graph."""
        self._reader = reader_for(self.signature)
        self.writer = PredictionWriter(self.signature)
        self._texts = feeds_for(self.signature, self.session)
        self._categories = categories_of(self.signature)
        self._one_row = self.signature.features is not None and self.signature.takes_one_row
        self._rows_apart = self.signature.rows_run_apart

    def predict(self, given: Any, limits: Limits = HTTP) -> tuple[dict[str, Any], int]:
        """Predict for one request.

        Args:
            given: what the request has as ``input``.
            limits: how many rows it may hold.

        Returns:
            ``prediction`` and, where the model has them, ``probabilities``; and the number of
            rows.

        Raises:
            BadInput: the input does not fit the model.
            TooLarge: it has too many rows.
        """
        feed = self._reader.read(given, limits)
        results = self.run(feed, self.writer.names)
        return self.writer.write(results, feed.rows, feed.single), feed.rows

    def run(self, feed: Feed, outputs: list[str]) -> list[Array]:
        """Return the graph's outputs of these names, for the tensors given.

        Raises:
            BadInput: the graph cannot take tensors of these sizes together, or these values.
            TookTooLong: the graph loops or grows, and did not end in time.
            Unavailable: the graph needs more memory for them than there is.
        """
        if self._categories is not None:
            self._categories.check(feed)
        try:
            if feed.rows > 1 and self._rows_apart:
                return self._run_one_by_one(feed, outputs)
            if feed.rows > 1 and self._one_row:
                raise BadInput(_ONE_ROW)
            if self._texts is not None:
                return self._texts.run(self.runs, outputs, feed.tensors)
            results: list[Array] = self.runs.run(outputs, feed.tensors)
        except MemoryError as error:
            raise Unavailable(_OUT_OF_MEMORY) from error
        except RUN_ERRORS as error:
            if any(word in str(error).lower() for word in _OF_MEMORY):
                raise Unavailable(_OUT_OF_MEMORY) from error
            if self.signature.features is None:
                raise BadInput(_not_together(feed)) from error
            raise BadInput(_NOT_THESE_VALUES) from error
        return results

    def _run_one_by_one(self, feed: Feed, outputs: list[str]) -> list[Array]:
        """Run a graph that was exported for one row."""
        if {len(each) for each in feed.tensors.values()} != {feed.rows}:
            raise BadInput("The inputs must have as many rows as each other.")
        parts = [
            self.runs.run(
                outputs, {name: each[row : row + 1] for name, each in feed.tensors.items()}
            )
            for row in range(feed.rows)
        ]
        if any(np.shape(result)[:1] != (1,) for results in parts for result in results):
            raise BadInput(_ONE_ROW)
        return [np.concatenate(results) for results in zip(*parts, strict=True)]


def _not_together(feed: Feed) -> str:
    shapes = [f"{name:.60} {list(each.shape)}" for name, each in feed.tensors.items()]
    more = f" and {len(shapes) - _LISTED} more" if len(shapes) > _LISTED else ""
    return (
        f"The model fails on tensors of these shapes: {', '.join(shapes[:_LISTED])}{more}. Send as "
        "many rows of each input, lengths that fit each other, and values like those it was "
        "trained with."
    )


def threads_for(memory_mb: int) -> int:
    """Return as many threads as Lambda gives whole vCPUs: one per 1,769 MB."""
    return max(1, memory_mb // _MB_PER_VCPU)
