"""BentoML and scikit-learn, as BentoML's quickstart writes a service."""

import os
from typing import Any

import bentoml
import joblib
import numpy as np


@bentoml.service
class Iris:
    """The model behind `POST /predict`."""

    def __init__(self) -> None:
        self.model = joblib.load(os.environ["MODEL_PICKLE"])

    @bentoml.api
    def predict(self, input: np.ndarray) -> dict[str, Any]:  # noqa: A002  # the member's name
        """Return the labels, and the probabilities by label."""
        names = self.model.classes_.tolist()
        scores = self.model.predict_proba(input).tolist()
        return {
            "prediction": self.model.predict(input).tolist(),
            "probabilities": [dict(zip(names, row, strict=True)) for row in scores],
        }
