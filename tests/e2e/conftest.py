"""End-to-end fixtures: the deployed local stack over real HTTP."""

import secrets
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from local.deployed import Deployed

REPOSITORY = Path(__file__).parents[2]
TIMEOUT_S = 300  # against waiting for ever; a busy machine may take a minute


class Http(requests.Session):
    """A session whose paths start at the API's base URL and whose calls all end."""

    def __init__(self, base_url: str) -> None:
        super().__init__()
        self.base_url = base_url

    def request(  # type: ignore[override]  # adds to requests' long list what all calls share
        self, method: str, url: str, **options: object
    ) -> requests.Response:
        """Send a request to a path of the API, or to a whole URL as it is."""
        address = self.base_url + url if url.startswith("/") else url
        options.setdefault("timeout", TIMEOUT_S)
        return super().request(method, address, **options)  # type: ignore[arg-type]  # as given


@dataclass(frozen=True)
class RegisteredUser:
    """An account made for one test."""

    id: str
    email: str
    password: str


@pytest.fixture(scope="session")
def base_url() -> str:
    """Bring the local stack up to date and return the API's base URL."""
    up = subprocess.run(["make", "up"], cwd=REPOSITORY, check=False, capture_output=True, text=True)
    assert up.returncode == 0, up.stderr
    return up.stdout.splitlines()[-1]


@pytest.fixture
def deployed(base_url: str) -> Deployed:
    """Return the stack's resources and roles."""
    return Deployed(endpoint=base_url.split("/_aws/", maxsplit=1)[0])


@pytest.fixture
def http(base_url: str) -> Iterator[Http]:
    """Send requests without a credential."""
    with Http(base_url) as session:
        yield session


@pytest.fixture
def registered_user(http: Http) -> RegisteredUser:
    """Register a new user."""
    email, password = f"{secrets.token_hex(8)}@example.com", "SecurePass123!"
    response = http.post("/api/v1/auth/register", json={"email": email, "password": password})
    assert response.status_code == 201, response.text
    return RegisteredUser(response.json()["data"]["user"]["id"], email, password)


@pytest.fixture
def access_token(http: Http, registered_user: RegisteredUser) -> str:
    """Return the new user's access token."""
    credentials = {"email": registered_user.email, "password": registered_user.password}
    response = http.post("/api/v1/auth/login", json=credentials)
    assert response.status_code == 200, response.text
    return str(response.json()["access_token"])


@pytest.fixture
def user_http(base_url: str, access_token: str) -> Iterator[Http]:
    """Send requests as the new user."""
    with Http(base_url) as session:
        session.headers["Authorization"] = f"Bearer {access_token}"
        yield session
