"""FastAPI and onnxruntime, as their quickstarts write a service."""

import os
from typing import Any

import numpy as np
import onnxruntime as ort
from fastapi import FastAPI
from pydantic import BaseModel

session = ort.InferenceSession(os.environ["MODEL_ONNX"], providers=["CPUExecutionProvider"])
app: Any = FastAPI()


class Request(BaseModel):
    """Rows."""

    input: list[list[float]]


@app.post("/predict")
def predict(request: Request) -> dict[str, object]:
    """Return the labels and the probabilities."""
    rows = np.array(request.input, dtype=np.float64)
    labels, scores = session.run(None, {"X": rows})
    return {"prediction": labels.tolist(), "probabilities": scores.tolist()}
