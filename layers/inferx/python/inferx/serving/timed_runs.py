"""Runs of graphs that loop, branch or grow, each ended when its time is up.

How long a loop runs, or how large a tensor is, may depend on a number in the request. A graph
without either takes as long for any row, so that only these pay for a timer. A run ends between two
operators: one that is too slow by itself ends with its invocation.
"""

import threading
from collections.abc import Mapping
from typing import Protocol

from inferx import deadline
from inferx.errors import TookTooLong
from inferx.onnx_session import RUN_ERRORS, ort
from inferx.serving.inputs.reader import Array

MOST_SECONDS = 20.0
"""How long a run may take where no invocation's deadline is nearer."""


class Runs(Protocol):
    """Runs a graph: an onnxruntime session, or what stands for one."""

    def run(self, outputs: list[str], tensors: Mapping[str, Array], /) -> list[Array]:
        """Return the graph's outputs of these names."""
        ...


class TimedRuns:
    """Runs a session as ``session.run`` does, and ends the run in time.

    Args:
        session: the open session.
    """

    def __init__(self, session: ort.InferenceSession) -> None:
        self._session = session

    def run(self, outputs: list[str], tensors: Mapping[str, Array]) -> list[Array]:
        """Return the graph's outputs of these names.

        Raises:
            TookTooLong: it ran until its time was up; the session can be run again.
        """
        options = ort.RunOptions()
        ended = threading.Event()

        def end() -> None:
            ended.set()
            options.terminate = True

        timer = threading.Timer(deadline.remaining(MOST_SECONDS), end)
        timer.daemon = True
        timer.start()
        try:
            results: list[Array] = self._session.run(outputs, tensors, options)
        except RUN_ERRORS as error:
            if ended.is_set():
                raise TookTooLong from error
            raise
        finally:
            timer.cancel()
        return results
