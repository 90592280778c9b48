"""Predictions on the deployed stack."""

import io
from typing import Any

import joblib
import pytest
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression

from tests.e2e.conftest import Http

ROW = [5.1, 3.5, 1.4, 0.2]


@pytest.fixture
def iris(user_http: Http) -> dict[str, Any]:
    """Return a ready model of the new user."""
    return upload(user_http, "iris")


def upload(user: Http, name: str) -> dict[str, Any]:
    """Upload a classifier of irises under this name, in one call."""
    data = load_iris()
    estimator = LogisticRegression(max_iter=1000).fit(data.data, data.target_names[data.target])
    file = io.BytesIO()
    joblib.dump(estimator, file)
    response = user.post(
        "/api/v1/models/upload",
        data={"name": name, "model_type": "sklearn", "file_name": "iris.joblib"},
        files={"file": ("iris.joblib", file.getvalue())},
    )
    assert response.status_code == 201, response.text
    model: dict[str, Any] = response.json()["data"]["model"]
    assert model["status"] == "ready", model
    return model


@pytest.mark.parametrize("address", ["{id}", "iris", "iris:1"])
def test_a_model_predicts_by_id_by_name_and_by_version(
    user_http: Http, iris: dict[str, Any], address: str
) -> None:
    path = "/api/v1/predict/" + address.format(**iris)

    response = user_http.post(path, json={"input": ROW})

    assert response.status_code == 200
    assert response.json()["prediction"] == "setosa"
    assert response.json()["model"] == {"id": iris["id"], "name": "iris", "version": 1}


def test_a_name_means_its_newest_version_and_an_alias_the_one_it_was_set_to(
    user_http: Http, iris: dict[str, Any]
) -> None:
    user_http.put("/api/v1/models/names/iris/aliases/champion", json={"version": 1})
    newer = upload(user_http, "iris")

    newest = user_http.post("/api/v1/predict/iris", json={"input": ROW}).json()
    champion = user_http.post("/api/v1/predict/iris@champion", json={"input": ROW}).json()

    assert newest["model"]["id"] == newer["id"]
    assert champion["model"]["id"] == iris["id"]


def test_a_body_of_six_megabytes_is_refused_clearly(user_http: Http, iris: dict[str, Any]) -> None:
    rows = [ROW] * 260_000

    response = user_http.post(f"/api/v1/predict/{iris['id']}", json={"input": rows})

    assert response.status_code == 413
