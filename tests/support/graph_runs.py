"""Running a graph on a table of numbers, in the type that the graph takes."""

from pathlib import Path
from typing import Any

import onnxruntime as ort

_TYPES = {"tensor(float)": "float32", "tensor(double)": "float64"}


def run(path: Path, rows: Any) -> list[Any]:
    """Return all outputs of the model for rows of numbers."""
    session = ort.InferenceSession(path)
    (given,) = session.get_inputs()
    outputs: list[Any] = session.run(None, {given.name: rows.astype(_TYPES[given.type])})
    return outputs
