"""Runs an exported graph on rows, as predictions run it, with one session for all of them."""

from pathlib import Path
from typing import Any

import numpy as np

from converter.estimators.layout import Layout, Rows
from converter.estimators.predictions import Predictions, graph_predictions
from converter.estimators.probes.rows import count, taken
from exported import graph
from inferx.onnx_session import RUN_ERRORS
from inferx.serving.inputs.text_feeds import TextFeeds


class Running:
    """One open graph.

    Args:
        path: of the file.
        layout: of the model's rows.
        dtype: of the graph's numbers.
        task: what the model is for.
        batch: how many rows to run together.
    """

    def __init__(self, path: Path, layout: Layout, dtype: str, task: str, batch: int) -> None:
        self.dtype = dtype
        self._layout = layout
        self._task = task
        self._batch = batch
        self._session = graph.open_session(path)
        self._names = [output.name for output in self._session.get_outputs()]
        inputs = [given.name for given in self._session.get_inputs()]
        texts = [text for text in layout.texts if text.name in inputs]
        self._feeds = TextFeeds(texts, inputs) if texts else None

    def outputs(self, rows: Rows) -> dict[str, Any]:
        """Return the graph's outputs by name.

        Raises:
            MemoryError: also where it is the runtime that has not enough.
        """
        parts = [
            self._run(taken(rows, slice(start, start + self._batch)))
            for start in range(0, count(rows), self._batch)
        ]
        together = [np.concatenate(each) for each in zip(*parts, strict=True)]
        return dict(zip(self._names, together, strict=True))

    def predictions(self, rows: Rows) -> Predictions:
        """Return the graph's predictions."""
        return graph_predictions(self.outputs(rows), self._task)

    def _run(self, rows: Rows) -> list[Any]:
        tensors = self._layout.for_graph(rows, self.dtype)
        try:
            if self._feeds is None:
                outputs: list[Any] = self._session.run(self._names, tensors)
                return outputs
            return self._feeds.run(self._session, self._names, tensors)
        except RUN_ERRORS as error:
            if "alloc" in str(error):  # std::bad_alloc, or a sentence about allocating
                raise MemoryError from error
            raise
