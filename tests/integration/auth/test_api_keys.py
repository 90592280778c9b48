"""API keys: created, shown once, listed, scoped, expired and revoked."""

from collections.abc import Callable
from typing import Any

import boto3
import pytest

from inferx.identity.api_keys import list_api_keys
from inferx.storage.item_keys import api_key_key, user_key
from inferx.storage.tables.credentials import ApiKeyItem
from inferx.storage.tables.users import UserItem
from tests.integration.auth.conftest import AUTH, Clock, bearer
from tests.support.gateway import Client
from tools.cloud import Cloud
from tools.lambdas import invoke

KEYS = f"{AUTH}/api-keys"
NewKey = Callable[..., dict[str, Any]]


def authorize(credential: str) -> dict[str, str]:
    event = {
        "requestContext": {"requestId": "request-1"},
        "headers": {"authorization": f"Bearer {credential}"},
    }
    answer = invoke("AuthorizerFunction", event)
    assert answer["isAuthorized"] is True
    context: dict[str, str] = answer["context"]
    return context


def test_a_new_key_is_shown_with_its_text(new_key: NewKey) -> None:
    key = new_key()

    assert set(key) == {"id", "name", "prefix", "scopes", "created_at", "expires_at", "key"}
    assert key["key"].startswith(f"ifx_{key['id'].replace('-', '')}_")
    assert key["key"].startswith(key["prefix"])
    assert key["scopes"] == ["predict"]
    assert key["expires_at"] is None


def test_a_key_allows_what_its_scopes_name(new_key: NewKey, test_user: dict[str, Any]) -> None:
    key = new_key(scopes=["predict", "models:read"])

    assert authorize(key["key"]) == {
        "user_id": test_user["id"],
        "scopes": "models:read predict",
        "kind": "api_key",
    }


def test_the_list_never_shows_a_key(
    client: Client, new_key: NewKey, auth_headers: dict[str, str]
) -> None:
    made = [new_key(name=f"key {number}") for number in range(3)]
    response = client.get(KEYS, headers=auth_headers)

    listed = response.json()["data"]["api_keys"]
    assert [key["id"] for key in listed] == [key["id"] for key in reversed(made)]
    assert all("key" not in key for key in listed)
    assert not any(key["key"][37:] in response.text for key in made)


def test_a_user_without_keys_has_an_empty_list(
    client: Client, auth_headers: dict[str, str]
) -> None:
    assert client.get(KEYS, headers=auth_headers).json()["data"] == {"api_keys": []}


def test_only_a_hash_of_a_key_is_stored(new_key: NewKey, db: Cloud) -> None:
    key = new_key()["key"]
    stored = str(boto3.client("dynamodb").scan(TableName=db.physical["CredentialsTable"]))

    assert key[37:] not in stored
    assert key[37:89] not in stored


def test_a_revoked_key_is_refused_and_leaves_the_list(
    client: Client, new_key: NewKey, auth_headers: dict[str, str]
) -> None:
    key = new_key()
    response = client.delete(f"{KEYS}/{key['id']}", headers=auth_headers)

    assert response.status_code == 200
    assert response.json() == {"success": True, "data": {}}
    assert authorize(key["key"]) == {"reason": "revoked"}
    assert client.get(KEYS, headers=auth_headers).json()["data"]["api_keys"] == []


def test_revoking_twice_is_not_found(
    client: Client, new_key: NewKey, auth_headers: dict[str, str]
) -> None:
    address = f"{KEYS}/{new_key()['id']}"
    client.delete(address, headers=auth_headers)

    assert client.delete(address, headers=auth_headers).status_code == 404


@pytest.mark.parametrize("key_id", ["nonsense", "019ab0c1-0000-7000-8000-000000000001", "%00"])
def test_an_unknown_key_is_not_found(
    client: Client, auth_headers: dict[str, str], key_id: str
) -> None:
    response = client.delete(f"{KEYS}/{key_id}", headers=auth_headers)

    assert response.status_code == 404


def test_another_users_key_is_not_found_and_keeps_working(client: Client, new_key: NewKey) -> None:
    key = new_key()
    body = {"email": "eve@example.com", "password": "SecurePass123!"}
    client.post(f"{AUTH}/register", json=body)
    eve = bearer(client.post(f"{AUTH}/login", json=body).json()["access_token"])

    assert client.delete(f"{KEYS}/{key['id']}", headers=eve).status_code == 404
    assert "user_id" in authorize(key["key"])


def test_a_key_expires(new_key: NewKey, time: Clock) -> None:
    key = new_key(expires_in_days=1)
    time.pass_seconds(86_400 - 5)
    assert "user_id" in authorize(key["key"])
    time.pass_seconds(5)

    assert authorize(key["key"]) == {"reason": "expired_key"}


def test_an_account_holds_twenty_keys(
    client: Client, new_key: NewKey, auth_headers: dict[str, str]
) -> None:
    keys = [new_key() for _ in range(20)]
    refused = client.post(KEYS, json={"name": "one more"}, headers=auth_headers)
    client.delete(f"{KEYS}/{keys[0]['id']}", headers=auth_headers)
    accepted = client.post(KEYS, json={"name": "one more"}, headers=auth_headers)

    assert refused.status_code == 409
    assert "20" in refused.json()["detail"]
    assert accepted.status_code == 201


def last_used(client: Client, headers: dict[str, str]) -> Any:
    return client.get(KEYS, headers=headers).json()["data"]["api_keys"][0]["last_used_at"]


def test_the_last_use_is_recorded_once_a_minute(
    client: Client, new_key: NewKey, auth_headers: dict[str, str], time: Clock
) -> None:
    key = new_key()["key"]
    unused = last_used(client, auth_headers)
    authorize(key)
    first = last_used(client, auth_headers)
    time.pass_seconds(58)
    authorize(key)
    soon = last_used(client, auth_headers)
    time.pass_seconds(3)
    authorize(key)
    later = last_used(client, auth_headers)

    assert unused is None
    assert first == soon
    assert later > first


def test_of_two_uses_at_once_one_is_recorded(new_key: NewKey, time: Clock) -> None:
    from inferx.storage.signed.api_keys import record_use

    key = new_key()
    authorize(key["key"])
    moment = int(time.now().timestamp())
    record_use(key["id"], moment + 5, moment - 60)

    assert ApiKeyItem.get(api_key_key(key["id"])).last_used_at <= moment + 1


def test_recording_the_use_of_a_deleted_key_does_not_recreate_it(db: Cloud) -> None:
    from inferx.storage.signed.api_keys import record_use

    record_use("019ab0c1-0000-7000-8000-000000000001", 100, 40)

    assert boto3.client("dynamodb").scan(TableName=db.physical["CredentialsTable"])["Count"] == 0


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "name"),
        ({"name": ""}, "name"),
        ({"name": " "}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"name": "k", "scopes": []}, "scopes"),
        ({"name": "k", "scopes": ["everything"]}, "scopes"),
        ({"name": "k", "scopes": ["Predict"]}, "scopes"),
        ({"name": "k", "expires_in_days": 0}, "expires_in_days"),
        ({"name": "k", "expires_in_days": -1}, "expires_in_days"),
        ({"name": "k", "expires_in_days": 1.5}, "expires_in_days"),
        ({"name": "k", "expires_in_days": 10**9}, "expires_in_days"),
    ],
)
def test_a_bad_request_for_a_key_is_refused(
    client: Client, auth_headers: dict[str, str], body: dict[str, Any], field: str
) -> None:
    response = client.post(KEYS, json=body, headers=auth_headers)

    assert response.status_code == 422
    assert response.json()["detail"][0]["loc"][:2] == ["body", field]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", f"{AUTH}/me"),
        ("PUT", f"{AUTH}/password"),
        ("POST", KEYS),
        ("GET", KEYS),
        ("DELETE", f"{KEYS}/019ab0c1-0000-7000-8000-000000000001"),
    ],
)
@pytest.mark.parametrize(
    "body",
    [{"name": "k", "current_password": "x", "new_password": "Another pass phrase"}, {}],
    ids=["a good body", "a bad body"],
)
def test_an_api_key_cannot_manage_the_account(
    client: Client, new_key: NewKey, method: str, path: str, body: dict[str, str]
) -> None:
    key = new_key(scopes=["predict", "models:read", "models:write"])

    response = client.request(method, path, headers=bearer(key["key"]), json=body)

    assert response.status_code == 403
    assert "access token" in response.json()["detail"]


def test_an_account_closed_since_its_token_was_checked_lists_no_keys(
    new_key: NewKey, test_user: dict[str, Any]
) -> None:
    new_key()
    UserItem(user_key(test_user["id"])).update([UserItem.is_active.set(False)])

    assert list_api_keys(test_user["id"]) == []
