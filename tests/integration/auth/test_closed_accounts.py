"""A closed account: none of its credentials opens anything, until it is opened again."""

from collections.abc import Callable
from typing import Any

import pytest
import requests
from pynamodb.connection import Connection

from inferx.errors import NotFound
from inferx.identity import api_keys
from inferx.identity.closing import close_account, open_account
from inferx.storage import credentials
from inferx.storage.item_keys import api_key_key, user_key
from inferx.storage.signed import json_api
from inferx.storage.tables.credentials import ApiKeyItem
from inferx.storage.tables.users import UserItem
from tests.integration.auth.conftest import AUTH, bearer
from tests.support.gateway import Client
from tools.lambdas import invoke
from tools.template import Route, routes

NewKey = Callable[..., dict[str, Any]]
LogIn = Callable[..., requests.Response]
Refresh = Callable[[str], requests.Response]
GUARDED = [route for route in routes() if not route.public]
EVERY_SCOPE = ["predict", "models:read", "models:write"]
UPLOAD = {"name": "iris", "model_type": "sklearn", "file_name": "iris.pkl"}


def send(client: Client, route: Route, headers: dict[str, str]) -> requests.Response:
    path = route.path.replace("{", "").replace("}", "")
    return client.request(route.method, path, headers=headers)


def test_no_route_takes_the_access_token_of_a_closed_account(
    client: Client, auth_headers: dict[str, str], test_user: dict[str, Any]
) -> None:
    close_account(test_user["id"])

    statuses = {route.key: send(client, route, auth_headers).status_code for route in GUARDED}

    assert statuses == dict.fromkeys(statuses, 401)


def test_no_route_takes_the_api_key_of_a_closed_account(
    client: Client, new_key: NewKey, test_user: dict[str, Any]
) -> None:
    headers = bearer(new_key(scopes=EVERY_SCOPE)["key"])
    close_account(test_user["id"])

    statuses = {route.key: send(client, route, headers).status_code for route in GUARDED}

    assert statuses == dict.fromkeys(statuses, 401)


def test_the_refusal_gives_the_reason(
    client: Client, auth_headers: dict[str, str], new_key: NewKey, test_user: dict[str, Any]
) -> None:
    key = bearer(new_key(scopes=EVERY_SCOPE)["key"])
    close_account(test_user["id"])

    refused = [client.get("/api/v1/models", headers=headers) for headers in (auth_headers, key)]

    assert [each.json() for each in refused] == [{"detail": "The account is closed."}] * 2


def test_a_deleted_user_can_neither_list_nor_upload_nor_make_keys(
    client: Client, auth_headers: dict[str, str], test_user: dict[str, Any]
) -> None:
    UserItem(user_key(test_user["id"])).delete()

    refused = [
        client.get("/api/v1/models", headers=auth_headers),
        client.post("/api/v1/models/upload", json=UPLOAD, headers=auth_headers),
        client.post(f"{AUTH}/api-keys", json={"name": "late"}, headers=auth_headers),
    ]

    assert [each.status_code for each in refused] == [401] * 3


def test_a_closed_account_makes_no_key_while_the_gateway_still_knows_its_token(
    auth_headers: dict[str, str], test_user: dict[str, Any]
) -> None:
    close_account(test_user["id"])
    remembered = {"user_id": test_user["id"], "scopes": "predict", "kind": "access_token"}
    event = {
        "routeKey": f"POST {AUTH}/api-keys",
        "rawPath": f"{AUTH}/api-keys",
        "headers": {"content-type": "application/json"},
        "body": '{"name": "late"}',
        "requestContext": {
            "requestId": "r",
            "stage": "$default",
            "http": {"method": "POST", "path": f"{AUTH}/api-keys", "sourceIp": "192.0.2.1"},
            "authorizer": {"lambda": remembered},
        },
    }

    response = invoke("AuthFunction", event)

    assert response["statusCode"] == 401
    assert list(ApiKeyItem.scan(ApiKeyItem.pk.startswith("key#"))) == []


def test_an_opened_account_has_its_keys_again_and_logs_in_again(
    client: Client, log_in: LogIn, refresh: Refresh, new_key: NewKey, test_user: dict[str, Any]
) -> None:
    old = log_in().json()["refresh_token"]
    key = bearer(new_key(scopes=EVERY_SCOPE)["key"])
    close_account(test_user["id"])

    open_account(test_user["id"])

    assert client.get("/api/v1/models", headers=key).status_code == 200
    assert refresh(old).status_code == 401
    assert log_in().status_code == 200


def test_a_revoked_key_stays_revoked_when_its_account_is_opened_again(
    client: Client, auth_headers: dict[str, str], new_key: NewKey, test_user: dict[str, Any]
) -> None:
    key = new_key()
    client.delete(f"{AUTH}/api-keys/{key['id']}", headers=auth_headers)
    close_account(test_user["id"])

    open_account(test_user["id"])

    refused = client.get("/api/v1/models", headers=bearer(key["key"]))
    assert refused.json() == {"detail": "The credential has been revoked."}


def test_a_full_set_of_keys_stops_in_the_one_transaction_that_closes_the_account(
    new_key: NewKey, test_user: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [new_key(name=f"key {number}")["id"] for number in range(api_keys.MOST_KEYS)]
    calls: list[str] = []
    genuine = Connection.dispatch

    def record(self: Connection, operation: str, parameters: dict[str, Any]) -> Any:
        calls.append(operation)
        return genuine(self, operation, parameters)

    monkeypatch.setattr(Connection, "dispatch", record)
    close_account(test_user["id"])

    assert calls.count("TransactWriteItems") == 1
    assert {"UpdateItem", "PutItem", "DeleteItem"}.isdisjoint(calls)
    stored = [ApiKeyItem.get(api_key_key(each)) for each in ids]
    assert all(item.suspended_at is not None for item in stored)


def test_a_closing_that_fails_leaves_the_account_and_its_keys_as_they_were(
    client: Client, new_key: NewKey, test_user: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    key = bearer(new_key(scopes=EVERY_SCOPE)["key"])

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(credentials, "suspend_api_key", die)
    with pytest.raises(KeyboardInterrupt):
        close_account(test_user["id"])

    assert UserItem.get(user_key(test_user["id"])).is_active
    assert client.get("/api/v1/models", headers=key).status_code == 200


def test_a_key_made_while_its_account_closes_stops_with_it(
    client: Client, new_key: NewKey, test_user: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[dict[str, Any]] = []
    genuine = credentials.find_api_keys

    def overtaken(key_ids: frozenset[str]) -> Any:
        if not made:
            made.append(new_key(scopes=EVERY_SCOPE))
        return genuine(key_ids)

    monkeypatch.setattr(credentials, "find_api_keys", overtaken)
    close_account(test_user["id"])

    assert client.get("/api/v1/models", headers=bearer(made[0]["key"])).status_code == 401


def test_an_unknown_account_cannot_be_closed(client: Client) -> None:
    with pytest.raises(NotFound):
        close_account("019ab0c1-0000-7000-8000-000000000001")


@pytest.mark.parametrize("kind", ["access token", "API key"])
def test_the_authorizer_reads_one_item_for_a_credential(
    auth_headers: dict[str, str],
    new_key: NewKey,
    kind: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    headers = auth_headers if kind == "access token" else bearer(new_key()["key"])
    reads: list[str] = []
    genuine = json_api.call

    def record(service: str, operation: str, parameters: dict[str, Any]) -> Any:
        if service == "dynamodb" and operation != "UpdateItem":  # the note of the last use
            reads.append(operation)
        return genuine(service, operation, parameters)

    monkeypatch.setattr(json_api, "call", record)
    sent = {"authorization": headers["Authorization"]}
    invoke("AuthorizerFunction", {"requestContext": {"requestId": "r"}, "headers": sent})

    assert reads == ["GetItem"]
