"""FastAPI and scikit-learn, as FastAPI's tutorial writes a service."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import joblib
from fastapi import FastAPI
from pydantic import BaseModel

models: dict[str, Any] = {}


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    """Load the model before the first request."""
    models["iris"] = joblib.load(os.environ["MODEL_PICKLE"])
    yield


app: Any = FastAPI(lifespan=lifespan)


class Request(BaseModel):
    """A row."""

    input: list[float]


@app.post("/predict")
def predict(request: Request) -> dict[str, object]:
    """Return the label, and the probabilities by label."""
    model = models["iris"]
    label = model.predict([request.input])[0]
    scores = model.predict_proba([request.input])[0]
    return {
        "prediction": str(label),
        "probabilities": dict(zip(model.classes_.tolist(), scores.tolist(), strict=True)),
    }
