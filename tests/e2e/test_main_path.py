"""From a trained model to predictions over HTTP, and what others may not see of it."""

import secrets
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from local.demo.training import train
from tests.e2e.conftest import TIMEOUT_S, Http

pytestmark = pytest.mark.slow


def ready_model(http: Http, name: str) -> Any:
    """Upload the demo's pipeline through a presigned form and wait for its conversion."""
    response = http.post(
        "/api/v1/models/upload",
        json={"name": name, "model_type": "sklearn", "file_name": "model.pkl"},
    )
    assert response.status_code == 201, response.text
    data = response.json()["data"]
    stored = requests.post(
        data["upload"]["url"],
        data=data["upload"]["fields"],
        files={"file": train().pickled()},
        timeout=TIMEOUT_S,
    )
    assert stored.ok, stored.text
    model: Any = data["model"]
    while model["status"] in ("pending_upload", "converting"):
        response = http.get(f"/api/v1/models/{model['id']}", params={"wait": 20})
        model = response.json()["data"]["model"]
    assert model["status"] == "ready", model["error"]
    return model


@pytest.fixture
def model(user_http: Http) -> Any:
    """Return a ready model of the user."""
    return ready_model(user_http, "iris")


@pytest.fixture
def other_http(base_url: str) -> Iterator[Http]:
    """Sends requests as another user."""
    credentials = {"email": f"{secrets.token_hex(8)}@example.com", "password": "SecurePass123!"}
    with Http(base_url) as session:
        session.post("/api/v1/auth/register", json=credentials)
        tokens = session.post("/api/v1/auth/login", json=credentials).json()
        session.headers["Authorization"] = f"Bearer {tokens['access_token']}"
        yield session


def test_served_labels_are_scikit_learns(user_http: Http, model: Any) -> None:
    trained = train()

    response = user_http.post(f"/api/v1/predict/{model['id']}", json={"input": trained.rows})

    assert response.json()["prediction"] == trained.predicted()


def test_a_deleted_model_is_gone(user_http: Http, model: Any) -> None:
    deleted = user_http.delete(f"/api/v1/models/{model['id']}")

    assert deleted.status_code == 200
    assert user_http.get(f"/api/v1/models/{model['id']}").status_code == 404
    assert user_http.get("/api/v1/models").json()["data"] == []


def test_another_user_may_neither_see_nor_use_nor_delete_a_model(
    other_http: Http, model: Any
) -> None:
    seen = other_http.get(f"/api/v1/models/{model['id']}")
    used = other_http.post(f"/api/v1/predict/{model['id']}", json={"input": [5.0, 3.0, 1.0, 0.2]})
    deleted = other_http.delete(f"/api/v1/models/{model['id']}")

    assert [seen.status_code, used.status_code, deleted.status_code] == [403, 403, 403]


def test_an_api_key_opens_what_its_scope_names_and_no_more(
    base_url: str, user_http: Http, model: Any
) -> None:
    created = user_http.post("/api/v1/auth/api-keys", json={"name": "probe"})
    key = created.json()["data"]["api_key"]
    path, body = f"/api/v1/predict/{model['id']}", {"input": [5.0, 3.0, 1.0, 0.2]}
    with Http(base_url) as http:
        http.headers["Authorization"] = f"Bearer {key['key']}"

        predicted = http.post(path, json=body)
        listed = http.get("/api/v1/models")

    assert predicted.status_code == 200
    assert listed.status_code == 403  # the key's scope is "predict" alone
