"""Fixtures of the tests of accounts."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from inferx import clock, deadline
from tests.support.gateway import Client

AUTH = "/api/v1/auth"

type Leave = Callable[..., requests.Response]


class Clock:
    """A clock that only the test moves; PyJWT has its own, which stays as it is."""

    def __init__(self) -> None:
        self.moment = datetime.now(UTC)

    def now(self) -> datetime:
        return self.moment

    def pass_seconds(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Replace the domain's clock by one that stands still until the test moves it."""
    ours = Clock()
    monkeypatch.setattr(clock, "now", ours.now)
    return ours


@pytest.fixture
def log_in(client: Client, test_user: dict[str, Any]) -> Callable[..., requests.Response]:
    """Log the registered user in, with the right password unless another is given."""

    def send(password: str = test_user["password"], **changes: str) -> requests.Response:
        body = {"email": test_user["email"], "password": password} | changes
        return client.post(f"{AUTH}/login", json=body)

    return send


@pytest.fixture
def refresh(client: Client) -> Callable[[str], requests.Response]:
    """Refresh with a token."""
    return lambda token: client.post(f"{AUTH}/refresh", json={"refresh_token": token})


@pytest.fixture
def new_key(client: Client, auth_headers: dict[str, str]) -> Callable[..., dict[str, Any]]:
    """Create an API key of the registered user."""

    def make(**fields: Any) -> dict[str, Any]:
        body = {"name": "notebook"} | fields
        response = client.post(f"{AUTH}/api-keys", json=body, headers=auth_headers)
        assert response.status_code == 201, response.text
        made: dict[str, Any] = response.json()["data"]["api_key"]
        return made

    return make


@pytest.fixture
def leave(client: Client, auth_headers: dict[str, str], test_user: dict[str, Any]) -> Leave:
    """Delete the registered user's account, with the right password unless another is given."""

    def send(password: str = test_user["password"], **options: Any) -> requests.Response:
        body = {"current_password": password}
        response = client.delete(
            f"{AUTH}/me", **({"json": body, "headers": auth_headers} | options)
        )
        deadline.forget()  # the removal is another invocation
        return response

    return send


def bearer(credential: str) -> dict[str, str]:
    """Return the header that carries a credential."""
    return {"Authorization": f"Bearer {credential}"}
