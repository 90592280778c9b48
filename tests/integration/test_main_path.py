"""The main job in process: from a trained model to a prediction, and away again."""

from pathlib import Path
from typing import Any

import joblib
import numpy as np
from sklearn.datasets import load_iris

from tests.support.gateway import Client


def test_a_model_answers_as_it_did_before_it_was_uploaded(
    client: Client,
    auth_headers: dict[str, str],
    test_model: dict[str, Any],
    temp_model_file: Path,
) -> None:
    original = joblib.load(temp_model_file)
    rows = load_iris().data

    response = client.post(
        f"/api/v1/predict/{test_model['id']}", json={"input": rows.tolist()}, headers=auth_headers
    )

    answered = response.json()
    assert answered["prediction"] == original.predict(rows).tolist()
    answers = [[row[label] for label in original.classes_] for row in answered["probabilities"]]
    assert np.allclose(answers, original.predict_proba(rows), atol=1e-6)


def test_a_deleted_model_is_gone(
    client: Client, auth_headers: dict[str, str], test_model: dict[str, Any]
) -> None:
    deleted = client.delete(f"/api/v1/models/{test_model['id']}", headers=auth_headers)

    assert deleted.status_code == 200
    for method, path in (("GET", "models"), ("POST", "predict")):
        again = client.request(
            method,
            f"/api/v1/{path}/{test_model['id']}",
            json={"input": [5.1, 3.5, 1.4, 0.2]},
            headers=auth_headers,
        )
        assert again.status_code == 404, again.text


def test_the_model_shows_how_it_was_proved(test_model: dict[str, Any]) -> None:
    assert test_model["framework"] == "sklearn"
    assert test_model["classes"] == ["setosa", "versicolor", "virginica"]
    assert test_model["parity"]["label_agreement"] == 1.0
    assert test_model["parity"]["max_abs_diff"] < 1e-4
