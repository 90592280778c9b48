"""One open model: a session, and how to read its inputs and write its answers."""

import json
from pathlib import Path
from typing import Any

import onnxruntime as ort

from inferx.errors import Broken
from inferx.serving.inputs import Feed, reader_for
from inferx.serving.inputs.reader import Array
from inferx.serving.outputs import AnswerWriter
from inferx.signature import METADATA_KEY, Signature

ort.set_default_logger_severity(3)  # errors only: its warnings are about graphs, not requests


class Model:
    """An open model, ready to answer.

    Args:
        path: the ONNX file, which carries its signature.
        threads: how many threads one run may use.

    Raises:
        Broken: the file is no model that a conversion wrote.
    """

    def __init__(self, path: Path, *, threads: int = 1) -> None:
        try:
            self.session = ort.InferenceSession(path, _options(threads), ["CPUExecutionProvider"])
            metadata = self.session.get_modelmeta().custom_metadata_map
            self.signature = Signature.from_dict(json.loads(metadata[METADATA_KEY]))
        except Exception as error:
            # onnxruntime's errors have no common root but Exception.
            raise Broken from error
        self._reader = reader_for(self.signature)
        self._writer = AnswerWriter(self.signature)

    def predict(self, given: Any) -> tuple[dict[str, Any], int]:
        """Answer one request.

        Args:
            given: what the request has as ``input``.

        Returns:
            ``prediction`` and, where the model has them, ``probabilities``; and the number of
            rows.

        Raises:
            BadInput: the input does not fit the model.
            TooLarge: it has too many rows.
        """
        feed = self._reader.read(given)
        return self._writer.write(self.run(feed, self._writer.names), feed.single), feed.rows

    def run(self, feed: Feed, outputs: list[str]) -> list[Array]:
        """The graph's outputs of these names, for the tensors given."""
        results: list[Array] = self.session.run(outputs, feed.tensors)
        return results


def _options(threads: int) -> ort.SessionOptions:
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.execution_mode = ort.ExecutionMode.ORT_SEQUENTIAL
    # An arena keeps each session's largest scratch space for ever, and hundreds of sessions
    # share this container.
    options.enable_cpu_mem_arena = False
    options.enable_mem_pattern = False
    return options


def threads_for(memory_mb: int) -> int:
    """As many threads as Lambda gives whole vCPUs: one per 1,769 MB (AWS Lambda, memory)."""
    return max(1, memory_mb // 1769)
