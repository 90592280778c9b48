"""DynamoDB out of order: every account route returns 503 with a sentence, and nothing internal."""

from collections.abc import Callable
from itertools import repeat
from typing import Any

import pytest
import requests

from tests.integration.auth.conftest import AUTH
from tests.support.broken_dynamodb import FAILURES, respond
from tests.support.gateway import Client

KEY = f"{AUTH}/api-keys/019ab0c1-0000-7000-8000-000000000001"
Send = Callable[[str, str], requests.Response]


@pytest.fixture
def send(client: Client, auth_headers: dict[str, str], test_user: dict[str, Any]) -> Send:
    """Send a request that would succeed, or find nothing, if DynamoDB worked."""
    credentials = {"email": test_user["email"], "password": test_user["password"]}
    token = client.post(f"{AUTH}/login", json=credentials).json()["refresh_token"]
    bodies: dict[str, Any] = {
        f"{AUTH}/register": {"email": "eve@example.com", "password": "SecurePass123!"},
        f"{AUTH}/login": credentials,
        f"{AUTH}/refresh": {"refresh_token": token},
        f"{AUTH}/logout": {"refresh_token": token},
        f"{AUTH}/password": {"current_password": "x", "new_password": "Another pass phrase"},
        f"{AUTH}/api-keys": {"name": "notebook"},
    }

    def request(method: str, path: str) -> requests.Response:
        body = bodies.get(path) if method in {"POST", "PUT"} else None
        return client.request(method, path, json=body, headers=auth_headers)

    return request


@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", f"{AUTH}/register"),
        ("POST", f"{AUTH}/login"),
        ("POST", f"{AUTH}/refresh"),
        ("POST", f"{AUTH}/logout"),
        ("GET", f"{AUTH}/me"),
        ("PUT", f"{AUTH}/password"),
        ("POST", f"{AUTH}/api-keys"),
        ("GET", f"{AUTH}/api-keys"),
        ("DELETE", KEY),
    ],
)
def test_a_route_that_cannot_reach_its_data_returns_503(
    send: Send, monkeypatch: pytest.MonkeyPatch, method: str, path: str, failure: str
) -> None:
    operations = respond(monkeypatch, repeat(FAILURES[failure]))

    response = send(method, path)

    assert operations
    assert response.status_code == 503
    assert response.json()["detail"] == "The service is busy; please try again."
    assert set(response.json()) == {"detail", "request_id"}
    assert "arn:aws" not in response.text


def test_an_outage_while_a_failed_login_is_counted_is_no_refusal(
    send: Send, monkeypatch: pytest.MonkeyPatch, client: Client, test_user: dict[str, Any]
) -> None:
    def outage(*_: object, **__: object) -> None:
        respond(monkeypatch, repeat(FAILURES["timeout"]))

    monkeypatch.setattr("inferx.identity.login.verify_or_spend", outage)
    body = {"email": test_user["email"], "password": "not the password"}

    assert client.post(f"{AUTH}/login", json=body).status_code == 503
