"""Rotating the signing keys, through Secrets Manager and the API: no one is logged out."""

from collections.abc import Callable

import pytest
import requests

from inferx.identity import rotate_keys, signing_keys
from inferx.storage.signed.secrets import read_json
from tests.integration.auth.conftest import AUTH, Clock, bearer
from tests.support.gateway import Client
from tools.cloud import Cloud

LogIn = Callable[..., requests.Response]


def test_tokens_issued_before_a_rotation_keep_working(
    client: Client, log_in: LogIn, db: Cloud
) -> None:
    before = log_in().json()
    assert rotate_keys.rotate(db.physical["SigningKeys"])
    signing_keys.forget()

    access = client.get(f"{AUTH}/me", headers=bearer(before["access_token"]))
    refreshed = client.post(f"{AUTH}/refresh", json={"refresh_token": before["refresh_token"]})

    assert access.status_code == refreshed.status_code == 200


def test_tokens_of_a_leaked_key_stop_working_and_sessions_continue(
    client: Client, log_in: LogIn, db: Cloud
) -> None:
    before = log_in().json()
    rotate_keys.rotate(db.physical["SigningKeys"], is_leaked=True)
    signing_keys.forget()

    access = client.get(f"{AUTH}/me", headers=bearer(before["access_token"]))
    refreshed = client.post(f"{AUTH}/refresh", json={"refresh_token": before["refresh_token"]})

    assert access.status_code == 401
    assert refreshed.status_code == 200


def test_the_command_rotates_the_stacks_secret(db: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = db.physical["SigningKeys"]
    monkeypatch.setattr(rotate_keys, "resource_of", lambda stack, name: f"{name}")

    assert rotate_keys.main(["some-stack"]) == 0
    assert read_json(secret)["previous"]["kid"] == "1"


def test_the_secret_keeps_the_key_before(db: Cloud) -> None:
    secret = db.physical["SigningKeys"]
    before = read_json(secret)
    rotate_keys.rotate(secret)

    after = read_json(secret)

    assert after["kid"] != before["kid"]
    assert after["key"] != before["key"]
    assert len(after["key"]) >= 64
    assert after["previous"]["key"] == before["key"]


@pytest.mark.usefixtures("time")
def test_the_new_key_signs_once_its_time_has_come(
    client: Client, log_in: LogIn, db: Cloud, time: Clock
) -> None:
    rotate_keys.rotate(db.physical["SigningKeys"])
    signing_keys.forget()
    moment = time.now().timestamp()

    assert signing_keys.key_ring().signing(moment).kid == "1"
    assert signing_keys.key_ring().signing(moment + rotate_keys.SIGNS_AFTER_S).kid != "1"
