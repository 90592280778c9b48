"""The authorizer always allows, and names the principal or the reason why there is none."""

import time as real_time
from collections.abc import Callable
from typing import Any

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inferx.identity.access_tokens import issue_access_token
from tools.cloud import Cloud
from tools.lambdas import invoke

NewKey = Callable[..., dict[str, Any]]
LogIn = Callable[..., requests.Response]
REQUEST = {"requestContext": {"requestId": "request-1"}}


def authorize(header: str) -> dict[str, str]:
    answer = invoke("AuthorizerFunction", REQUEST | {"headers": {"authorization": header}})
    assert set(answer) == {"isAuthorized", "context"}
    assert answer["isAuthorized"] is True
    context: dict[str, str] = answer["context"]
    return context


def test_an_access_token_has_every_scope(log_in: LogIn, test_user: dict[str, Any]) -> None:
    assert authorize(f"Bearer {log_in().json()['access_token']}") == {
        "user_id": test_user["id"],
        "scopes": "models:read models:write predict",
        "kind": "access_token",
    }


def test_the_scheme_may_be_written_in_any_case(log_in: LogIn) -> None:
    token = log_in().json()["access_token"]

    assert "user_id" in authorize(f"bearer {token}")
    assert "user_id" in authorize(f"BEARER  {token} ")


def test_an_old_token_is_reported_as_expired(db: Cloud) -> None:
    moment = int(real_time.time()) - 1000
    token = issue_access_token("u", issued_at=moment, token_id="t")

    assert authorize(f"Bearer {token}") == {"reason": "expired"}


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "Basic dXNlcjpwYXNz",
        "Bearer a b",
        "Bearer null",
        "Bearer ifx_",
        "Bearer ifx_" + "0" * 32 + "_" + "a" * 59,
        "Bearer " + "x" * 9000,
        "Bearer ключ",
        "Bearer \x00",
    ],
)
def test_anything_but_a_credential_is_invalid(db: Cloud, header: str) -> None:
    assert authorize(header) == {"reason": "invalid"}


def test_two_credentials_at_once_are_invalid(log_in: LogIn) -> None:
    token = log_in().json()["access_token"]

    assert authorize(f"Bearer {token},Bearer {token}") == {"reason": "invalid"}


def test_no_header_at_all_is_invalid(db: Cloud) -> None:
    assert invoke("AuthorizerFunction", REQUEST)["context"] == {"reason": "invalid"}


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(place=st.integers(0, 96), put=st.characters(codec="latin-1"))
def test_any_changed_character_of_a_key_is_refused(
    new_key: NewKey, kept: dict[str, str], place: int, put: str
) -> None:
    key = kept.setdefault("key", new_key()["key"] if "key" not in kept else "")
    tampered = key[:place] + put + key[place + 1 :]

    assert tampered.strip() == key or authorize(f"Bearer {tampered}") == {"reason": "invalid"}


@pytest.fixture
def kept() -> dict[str, str]:
    """Keep one key over all examples of a property."""
    return {}


def test_a_good_checksum_on_a_wrong_secret_is_refused(new_key: NewKey) -> None:
    from inferx.identity import opaque

    identity = new_key()["key"].split("_")[1]
    forged = opaque.compose("ifx", identity, opaque.new_secret())

    assert authorize(f"Bearer {forged}") == {"reason": "invalid"}


def test_a_good_checksum_on_an_unknown_key_is_refused(db: Cloud) -> None:
    from inferx.identity import opaque

    assert authorize("Bearer " + opaque.compose("ifx", "0" * 32, opaque.new_secret())) == {
        "reason": "invalid"
    }


def test_a_mistyped_key_is_refused_without_a_read(
    new_key: NewKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = new_key()["key"]
    reads: list[str] = []
    monkeypatch.setattr("inferx.identity.authenticate.find_api_key", reads.append)
    other = "b" if key[50] != "b" else "c"

    assert authorize(f"Bearer {key[:50]}{other}{key[51:]}") == {"reason": "invalid"}
    assert reads == []
