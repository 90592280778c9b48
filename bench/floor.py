"""The least that any server in Python must do for a prediction: parse, run, dump.

Each floor opens the same file as onnxruntime's quickstart does, on one thread, and sends the same
content as the API, without checks, principals, names, versions, metrics or log lines.
"""

from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort
import orjson

Array = np.ndarray[Any, Any]


class Floor:
    """A bare session over one file whose only input is ``X``.

    Args:
        path: the model.
        labels: the classes whose probabilities the file's second output holds, if it has one.
    """

    def __init__(self, path: Path, labels: tuple[str, ...] = ()) -> None:
        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        self._session = ort.InferenceSession(path, options, ["CPUExecutionProvider"])
        self._labels = labels
        self._dtype = np.float64 if "double" in self._session.get_inputs()[0].type else np.float32

    def predict(self, body: str) -> str:
        """Return the content of a response to ``{"input": …}``; one row, or several."""
        given = orjson.loads(body)["input"]
        rows = np.array(given, self._dtype)
        results = self._session.run(None, {"X": rows.reshape(-1, rows.shape[-1])})
        content = {"prediction": results[0].tolist()}
        if self._labels:
            probabilities = results[1].tolist()
            content["probabilities"] = [
                dict(zip(self._labels, row, strict=True)) for row in probabilities
            ]
        return orjson.dumps(content).decode()

    def infer(self, body: str) -> str:
        """Return the response to a request of the Open Inference Protocol with its data in JSON."""
        given = orjson.loads(body)["inputs"][0]
        rows = np.array(given["data"], self._dtype).reshape(given["shape"])
        results = self._session.run(None, {"X": rows})
        outputs = [{"shape": each.shape, "data": each.ravel().tolist()} for each in results]
        return orjson.dumps({"outputs": outputs}).decode()

    def run_bytes(self, raw: bytes, shape: tuple[int, ...]) -> bytes:
        """Copy a tensor's bytes, run, and return the result's bytes."""
        rows = np.frombuffer(bytearray(raw), self._dtype).reshape(shape)
        result: Array = self._session.run(None, {"X": rows})[0]
        return result.tobytes()
