"""The account errors that the OpenAPI document shows are the handlers', word for word."""

import time
from datetime import timedelta
from typing import Any

import pytest

from inferx import clock, settings
from inferx.errors import Unavailable
from inferx.identity import closing, limits, users
from inferx.identity.access_tokens import issue_access_token
from tests.integration.docs.conftest import Api
from tests.support.openapi import error_example

ACCOUNT = {"email": "ada@example.com", "password": "correct horse battery staple"}
WRONG = ACCOUNT | {"password": "wrong"}
NO_CREDENTIAL: dict[str, str] = {}


@pytest.mark.parametrize(
    ("operation_id", "status", "example", "request_options"),
    [
        ("register", 409, "example", {"json": ACCOUNT}),
        ("register", 413, "example", {"json": {"x": "x" * 70_000}}),
        ("register", 415, "example", {"data": ACCOUNT}),
        ("register", 422, "missing_field", {"json": {"password": ACCOUNT["password"]}}),
        ("register", 422, "common_password", {"json": ACCOUNT | {"password": "password"}}),
        ("log_in", 401, "example", {"json": WRONG}),
        ("verify_email", 400, "bad_token", {"json": {"token": "no"}}),
        (
            "reset_password",
            400,
            "bad_token",
            {"json": {"token": "no", "password": ACCOUNT["password"]}},
        ),
        ("refresh_tokens", 401, "example", {"json": {"refresh_token": "no"}}),
        ("show_account", 401, "no_credential", {"headers": NO_CREDENTIAL}),
        (
            "show_account",
            401,
            "invalid_credential",
            {"headers": {"Authorization": "Bearer no"}},
        ),
        ("show_account", 403, "example", {"scopes": ["models:write"]}),
        (
            "change_password",
            401,
            "wrong_password",
            {"json": {"current_password": "no", "new_password": ACCOUNT["password"]}},
        ),
        ("delete_account", 401, "wrong_password", {"json": {"current_password": "no"}}),
        ("export_account", 422, "example", {"params": {"after": "no"}}),
        ("create_api_key", 422, "example", {"json": {"name": "a", "scopes": ["all"]}}),
        ("revoke_api_key", 404, "example", {"at": {"id": "{model}"}}),
    ],
)
def test_a_refused_request_gets_the_error_that_is_shown(
    api: Api, operation_id: str, status: int, example: str, request_options: dict[str, Any]
) -> None:
    response = api.send(operation_id, **request_options)

    assert response.status_code == status
    assert response.json() == error_example(operation_id, status, example)


def test_a_body_that_is_not_json_gets_the_error_that_is_shown(api: Api) -> None:
    headers = {"Content-Type": "application/json"}

    response = api.send("register", headers=headers, data="{")

    assert response.json() == error_example("register", 400, "invalid_json")


def test_too_many_failed_logins_get_the_error_that_is_shown(api: Api) -> None:
    for _ in range(6):
        api.send("log_in", json=WRONG)

    response = api.send("log_in", json=WRONG)

    assert response.json() == error_example("log_in", 429, "failed_logins")
    assert int(response.headers["retry-after"]) > 0


def test_an_unverified_address_gets_the_error_that_is_shown(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUIRE_VERIFIED_EMAIL", "true")
    settings.forget()
    account = ACCOUNT | {"email": "new@example.com"}
    api.send("register", json=account)

    response = api.send("log_in", json=account)

    assert response.status_code == 403
    assert response.json() == error_example("log_in", 403, "example")


@pytest.mark.parametrize("operation_id", ["register", "forgot_password"])
def test_too_many_requests_of_a_network_get_the_error_that_is_shown(
    api: Api, monkeypatch: pytest.MonkeyPatch, operation_id: str
) -> None:
    monkeypatch.setattr(limits, "has_room", lambda limit, subject: False)

    response = api.send(operation_id, json=ACCOUNT | {"email": "new@example.com"})

    assert response.status_code == 429
    assert response.json() == error_example(operation_id, 429, "from_network")
    assert int(response.headers["retry-after"]) > 0


def test_an_expired_token_gets_the_error_that_is_shown(api: Api) -> None:
    hours_ago = int(time.time()) - 7200
    token = issue_access_token(api.user["id"], issued_at=hours_ago, token_id="t" * 32)

    response = api.send("show_account", headers={"Authorization": f"Bearer {token}"})

    assert response.json() == error_example("show_account", 401, "expired_token")
    assert response.headers["www-authenticate"] == 'Bearer error="invalid_token"'


def test_a_revoked_key_gets_the_error_that_is_shown(api: Api) -> None:
    header = api.key("models:read")
    listed = api.send("list_api_keys").json()["data"]["api_keys"]
    api.send("revoke_api_key", at={"id": listed[0]["id"]})

    response = api.send("list_models", headers=header)

    assert response.json() == error_example("list_models", 401, "revoked_credential")


def test_an_expired_key_gets_the_error_that_is_shown(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    header = api.key("models:read", expires_in_days=1)
    tomorrow = clock.now() + timedelta(days=1)
    monkeypatch.setattr(clock, "now", lambda: tomorrow)

    response = api.send("list_models", headers=header)

    assert response.json() == error_example("list_models", 401, "expired_key")
    assert response.headers["www-authenticate"] == 'Bearer error="invalid_token"'


def test_a_closed_account_gets_the_error_that_is_shown(api: Api) -> None:
    closing.close_account(api.user["id"])

    response = api.send("list_models")

    assert response.json() == error_example("list_models", 401, "closed_account")


def test_a_key_too_many_gets_the_error_that_is_shown(api: Api) -> None:
    for _ in range(20):
        api.key("predict")

    response = api.send("create_api_key", json={"name": "one more"})

    assert response.json() == error_example("create_api_key", 409, "example")


@pytest.mark.parametrize(
    ("raised", "status", "example"),
    [(Unavailable(), 503, "example"), (RuntimeError("internal"), 500, "broken")],
)
def test_a_fault_of_the_service_gets_the_error_that_is_shown(
    api: Api, monkeypatch: pytest.MonkeyPatch, raised: Exception, status: int, example: str
) -> None:
    def fail(user_id: str) -> None:
        raise raised

    monkeypatch.setattr(users, "find_user", fail)

    response = api.send("show_account")

    assert response.status_code == status
    shown = error_example("show_account", status, example)
    assert response.json() == shown | {"request_id": response.headers["x-request-id"]}
