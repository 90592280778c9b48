"""What a user, or a key with some scopes, may do with their own and another user's models."""

from typing import Any

import pytest

from tests.integration.models.conftest import UPLOAD, Reserve
from tests.support.gateway import Client

# The id of no model; fixed, because every test worker must name the tests alike.
ABSENT = "01890a5d-ac96-774b-bcce-b302099a8057"
BY_ID: list[tuple[str, dict[str, Any]]] = [
    ("GET", {}),
    ("PUT", {"json": {"description": "mine"}}),
    ("PUT", {"json": {"name": "mine"}}),
    ("DELETE", {}),
]
WRITES: list[tuple[str, str, dict[str, Any]]] = [
    ("POST", "/upload", {"json": UPLOAD}),
    ("PUT", f"/{ABSENT}", {"json": {"name": "wine"}}),
    ("DELETE", f"/{ABSENT}", {}),
    ("PUT", "/names/iris/aliases/champion", {"json": {"version": 1}}),
    ("DELETE", "/names/iris/aliases/champion", {}),
]
READS: list[tuple[str, str, dict[str, Any]]] = [
    ("GET", "", {}),
    ("GET", f"/{ABSENT}", {}),
    ("GET", "/names/iris", {}),
]


@pytest.mark.parametrize(("method", "what"), BY_ID)
def test_another_users_model_is_forbidden(
    client: Client, reserve: Reserve, other_headers: dict[str, str], method: str, what: Any
) -> None:
    path = f"/api/v1/models/{reserve()['model']['id']}"

    response = client.request(method, path, headers=other_headers, **what)

    assert response.status_code == 403
    assert response.json() == {"detail": "You do not have permission to access this model"}


@pytest.mark.parametrize("model_id", [ABSENT, "malformed", "0" * 36, "MODEL#1"])
@pytest.mark.parametrize(("method", "what"), BY_ID)
def test_an_unknown_model_is_not_found(
    client: Client, auth_headers: dict[str, str], method: str, what: Any, model_id: str
) -> None:
    response = client.request(method, f"/api/v1/models/{model_id}", headers=auth_headers, **what)

    assert (response.status_code, response.json()) == (404, {"detail": "Model not found"})


def test_another_users_name_is_not_found(
    client: Client, reserve: Reserve, other_headers: dict[str, str]
) -> None:
    reserve()

    response = client.get("/api/v1/models/names/iris", headers=other_headers)

    assert response.status_code == 404


def key_headers(client: Client, headers: dict[str, str], *scopes: str) -> dict[str, str]:
    """Return an API key with these scopes, as a header."""
    response = client.post(
        "/api/v1/auth/api-keys", json={"name": "key", "scopes": list(scopes)}, headers=headers
    )
    assert response.status_code == 201, response.text
    return {"Authorization": f"Bearer {response.json()['data']['api_key']['key']}"}


@pytest.mark.parametrize(("method", "path", "what"), WRITES)
def test_changing_needs_the_scope_to_write(
    client: Client, auth_headers: dict[str, str], method: str, path: str, what: Any
) -> None:
    key = key_headers(client, auth_headers, "predict", "models:read")

    response = client.request(method, f"/api/v1/models{path}", headers=key, **what)

    assert response.status_code == 403
    assert "models:write" in response.json()["detail"]


@pytest.mark.parametrize(("method", "path", "what"), READS)
def test_looking_needs_the_scope_to_read(
    client: Client, auth_headers: dict[str, str], method: str, path: str, what: Any
) -> None:
    key = key_headers(client, auth_headers, "predict", "models:write")

    response = client.request(method, f"/api/v1/models{path}", headers=key, **what)

    assert response.status_code == 403
    assert "models:read" in response.json()["detail"]


def test_a_key_with_the_scopes_may(client: Client, auth_headers: dict[str, str]) -> None:
    key = key_headers(client, auth_headers, "models:read", "models:write")

    assert client.post("/api/v1/models/upload", json=UPLOAD, headers=key).status_code == 201
    assert client.get("/api/v1/models", headers=key).json()["meta"]["total"] == 1
