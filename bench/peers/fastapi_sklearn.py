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
    """Rows."""

    input: list[list[float]]


@app.post("/predict")
def predict(request: Request) -> dict[str, object]:
    """Return the labels, and the probabilities by label."""
    model = models["iris"]
    names = model.classes_.tolist()
    scores = model.predict_proba(request.input).tolist()
    return {
        "prediction": model.predict(request.input).tolist(),
        "probabilities": [dict(zip(names, row, strict=True)) for row in scores],
    }
