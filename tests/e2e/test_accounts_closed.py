"""Closing an account and resetting its password on the deployed stack, under the real roles."""

import os
import subprocess
import sys
import time

import pytest

from inferx.storage.item_keys import ticket_key
from local import emulator
from local.deployed import Deployed
from tests.e2e.conftest import REPOSITORY, TIMEOUT_S, Http, RegisteredUser

AUTH = "/api/v1/auth"


@pytest.fixture
def credentials(http: Http, registered_user: RegisteredUser) -> list[dict[str, str]]:
    """Return headers of an access token and an API key that the gateway has not seen yet."""

    def log_in() -> str:
        body = {"email": registered_user.email, "password": registered_user.password}
        return str(http.post(f"{AUTH}/login", json=body).json()["access_token"])

    body = {"name": "late", "scopes": ["models:read"]}
    headers = {"Authorization": f"Bearer {log_in()}"}
    made = http.post(f"{AUTH}/api-keys", json=body, headers=headers).json()
    unseen = [log_in(), made["data"]["api_key"]["key"]]
    return [{"Authorization": f"Bearer {each}"} for each in unseen]


def test_the_operators_command_stops_every_credential(
    http: Http,
    deployed: Deployed,
    registered_user: RegisteredUser,
    credentials: list[dict[str, str]],
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "inferx.identity.close_account", "inferx", registered_user.email],
        cwd=REPOSITORY,
        env=os.environ
        | {
            "AWS_ENDPOINT_URL": deployed.endpoint,
            "AWS_ACCESS_KEY_ID": emulator.ROOT_KEY_ID,
            "AWS_SECRET_ACCESS_KEY": emulator.ROOT_SECRET,
            "AWS_DEFAULT_REGION": emulator.REGION,
        },
        capture_output=True,
        text=True,
        check=False,
    )

    statuses = [http.get("/api/v1/models", headers=headers).json() for headers in credentials]

    assert done.returncode == 0, done.stderr
    assert statuses == [{"detail": "The account is closed."}] * 2


def test_a_forgotten_password_reaches_the_mailer_which_makes_a_token(
    http: Http, deployed: Deployed, registered_user: RegisteredUser
) -> None:
    table = deployed.resource("CredentialsTable")
    dynamodb = deployed.client("dynamodb")
    key = {"pk": {"S": ticket_key("reset", registered_user.id)}}

    asked = http.post(f"{AUTH}/forgot", json={"email": registered_user.email})
    end = time.monotonic() + TIMEOUT_S
    while "Item" not in (found := dynamodb.get_item(TableName=table, Key=key)):
        assert time.monotonic() < end

    assert asked.status_code == 202
    assert set(found["Item"]) == {"pk", "secret_hash", "epoch", "expires_at", "ttl"}


def test_a_token_that_is_not_good_is_refused(http: Http) -> None:
    body = {"token": "nonsense", "password": "Another pass phrase"}

    statuses = [
        http.post(f"{AUTH}/verify", json={"token": "nonsense"}).status_code,
        http.post(f"{AUTH}/reset", json=body).status_code,
    ]

    assert statuses == [400, 400]
