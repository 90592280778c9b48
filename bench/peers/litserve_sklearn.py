"""LitServe and scikit-learn, as LitServe's quickstart writes a server."""

import os
import sys
from typing import Any

import joblib
import litserve as ls


class Iris(ls.LitAPI):
    """The model behind `POST /predict`."""

    def setup(self, device: str) -> None:  # noqa: ARG002  # the class has it
        """Load the model before the first request."""
        self.model = joblib.load(os.environ["MODEL_PICKLE"])

    def decode_request(self, request: dict[str, Any]) -> Any:
        """Return the rows."""
        return request["input"]

    def predict(self, x: Any) -> dict[str, Any]:
        """Return the labels, and the probabilities by label."""
        names = self.model.classes_.tolist()
        scores = self.model.predict_proba(x).tolist()
        return {
            "prediction": self.model.predict(x).tolist(),
            "probabilities": [dict(zip(names, row, strict=True)) for row in scores],
        }

    def encode_response(self, output: dict[str, Any]) -> dict[str, Any]:
        """Return the response's content."""
        return output


if __name__ == "__main__":
    server = ls.LitServer(Iris(), accelerator="auto")
    server.run(port=int(sys.argv[1]))
