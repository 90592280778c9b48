"""Integration fixtures: the real handlers in process, AWS by moto."""

from collections.abc import Iterator
from typing import Any

import pytest
from moto import mock_aws

from inferx import settings
from inferx.identity import signing_keys
from inferx.storage import aws, lean
from tests.support import lean_by_moto
from tests.support.cloud import Cloud, build, environment
from tests.support.gateway import Client

PASSWORD = "SecurePass123!"


@pytest.fixture
def db(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    """The stack's tables, bucket, queues and secret, fresh and empty."""
    for name, value in environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    settings.forget()
    aws.forget()
    signing_keys.forget()
    monkeypatch.setattr(lean, "call", lean_by_moto.call)
    # moto's SQS names queues by this account unless told otherwise.
    monkeypatch.setenv("MOTO_ACCOUNT_ID", "123456789012")
    with mock_aws():
        yield build()
    settings.forget()
    aws.forget()


@pytest.fixture
def client(db: Cloud) -> Client:
    """Sends requests through the template's routes, authorizer included."""
    return Client()


@pytest.fixture
def test_user(client: Client) -> dict[str, Any]:
    """A registered user, with the password beside."""
    email = "ada@example.com"
    response = client.post(
        "/api/v1/auth/register",
        json={"email": email, "password": PASSWORD, "full_name": "Ada Example"},
    )
    assert response.status_code == 201, response.text
    return {**response.json()["data"]["user"], "password": PASSWORD}


@pytest.fixture
def auth_headers(client: Client, test_user: dict[str, Any]) -> dict[str, str]:
    """The registered user's access token, as a header."""
    response = client.post(
        "/api/v1/auth/login",
        json={"email": test_user["email"], "password": test_user["password"]},
    )
    assert response.status_code == 200, response.text
    return {"Authorization": f"Bearer {response.json()['access_token']}"}
