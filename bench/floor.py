"""The least that any server must do for a prediction: parse, run, dump."""

import json
from pathlib import Path

import numpy as np
import onnxruntime as ort


class Floor:
    """A bare session, as onnxruntime's quickstart opens it, on one thread."""

    def __init__(self, path: Path) -> None:
        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        self._session = ort.InferenceSession(path, options, ["CPUExecutionProvider"])

    def response(self, body: str) -> str:
        """Return the same content as the API, without checks, names, model or metrics."""
        rows = np.array(json.loads(body)["input"], np.float64).reshape(-1, 4)
        labels, probabilities = self._session.run(None, {"X": rows})
        content = {"prediction": labels.tolist(), "probabilities": probabilities.tolist()}
        return json.dumps(content)
