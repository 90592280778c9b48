"""Runs of a graph by the runtime itself, without the checks of its wrapper in Python.

``InferenceSession.run`` looks first whether all inputs are there, whether one belongs to another
library and whether a graph was captured on a GPU: a sixth of what one row takes. Readers make all
inputs that a signature names, of numpy's arrays, and the runtime still checks names, types and
shapes.
"""

from collections.abc import Mapping

from inferx.onnx_session import ort
from inferx.serving.inputs.reader import Array


class DirectRuns:
    """Runs a session as ``session.run`` does.

    Args:
        session: the open session.
    """

    def __init__(self, session: ort.InferenceSession) -> None:
        # Not part of the documented interface, so a release may have none.
        self._run = getattr(session, "_sess", session).run

    def run(self, outputs: list[str], tensors: Mapping[str, Array]) -> list[Array]:
        """Return the graph's outputs of these names."""
        results: list[Array] = self._run(outputs, tensors, None)
        return results
