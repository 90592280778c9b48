"""Every route of the template that is not public returns 401 without a good credential."""

import base64
import json
import re
import time
from collections.abc import Callable, Mapping
from typing import Any

import pytest
import requests

from inferx.identity.access_tokens import issue_access_token
from tests.integration.auth.conftest import AUTH
from tests.support.gateway import Client
from tools.cloud import Cloud
from tools.lambdas import invoke
from tools.template import Route, routes

GUARDED = [route for route in routes() if not route.public]


def unsigned() -> str:
    head, body = (
        base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")
        for part in ({"alg": "none", "kid": "1"}, {"sub": "u", "exp": 9_999_999_999})
    )
    return f"{head}.{body}."


def expired() -> str:
    return issue_access_token("u", issued_at=int(time.time()) - 1000, token_id="t")


def send(client: Client, route: Route, headers: dict[str, str]) -> requests.Response:
    path = route.path.replace("{", "").replace("}", "")
    return client.request(route.method, path, headers=headers)


def statuses(responses: Mapping[str, requests.Response]) -> dict[str, int]:
    return {key: response.status_code for key, response in responses.items()}


def event_without_authorizer(route: Route) -> dict[str, Any]:
    return {
        "version": "2.0",
        "routeKey": route.key,
        "rawPath": route.path,
        "headers": {},
        "pathParameters": {name: name for name in re.findall(r"{(\w+)", route.path)},
        "requestContext": {
            "requestId": "r",
            "routeKey": route.key,
            "stage": "$default",
            "http": {"method": route.method, "path": route.path, "sourceIp": "192.0.2.1"},
        },
        "isBase64Encoded": False,
    }


def test_a_request_without_a_credential_gets_401(client: Client) -> None:
    responses = {route.key: send(client, route, {}) for route in GUARDED}

    assert statuses(responses) == dict.fromkeys(responses, 401)


@pytest.mark.parametrize(
    "credential",
    [lambda: "nonsense", unsigned, expired, lambda: "ifx_" + "0" * 32 + "_" + "a" * 59],
    ids=["nonsense", "unsigned", "expired", "unknown key"],
)
def test_a_request_with_a_bad_credential_gets_401(
    client: Client, credential: Callable[[], str]
) -> None:
    headers = {"Authorization": f"Bearer {credential()}"}
    responses = {route.key: send(client, route, headers) for route in GUARDED}

    assert statuses(responses) == dict.fromkeys(responses, 401)
    for response in responses.values():
        assert response.headers["www-authenticate"] == 'Bearer error="invalid_token"'
        assert response.headers["x-request-id"]
        assert set(response.json()) <= {"detail", "error"}


def test_a_function_is_public_exactly_where_the_template_is(db: Cloud) -> None:
    needs_credential = {
        route.key
        for route in routes()
        if invoke(route.function, event_without_authorizer(route))["statusCode"] == 401
    }

    assert needs_credential == {route.key for route in GUARDED}


def test_the_public_account_routes_are_these() -> None:
    public = {route.path for route in routes() if route.public and route.path.startswith(AUTH)}

    names = ("register", "verify", "login", "refresh", "logout", "forgot", "reset")
    assert public == {f"{AUTH}/{name}" for name in names}
