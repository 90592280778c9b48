"""Scopes are checked before anything that the request brings is read, on every route."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.auth.conftest import bearer
from tests.support.gateway import Client
from tools.template import Route, routes

NewKey = Callable[..., dict[str, Any]]
GUARDED = [route for route in routes() if not route.public]
SCOPES = ("predict", "models:read", "models:write")
BROKEN = [
    pytest.param("application/json", b"{", id="broken JSON"),
    pytest.param("application/json", b"x" * 70_000, id="too large"),
    pytest.param("image/png", b"\xff\xfe", id="no text"),
    pytest.param("multipart/form-data", b"--", id="a form without a boundary"),
]


def scope_of(route: Route) -> str | None:
    """Return the scope that a route needs; ``None`` where it needs an access token."""
    if route.path.startswith(("/api/v1/auth/", "/api/v1/webhooks")):
        return None
    if route.path.startswith("/api/v1/models"):
        return "models:read" if route.method == "GET" else "models:write"
    return "predict"


@pytest.mark.parametrize(("media_type", "body"), BROKEN)
def test_a_key_without_the_scope_gets_403_whatever_it_sends(
    client: Client, new_key: NewKey, media_type: str, body: bytes
) -> None:
    keys = {scope: new_key(scopes=[scope])["key"] for scope in SCOPES}

    statuses = {
        (route.key, scope): client.request(
            route.method,
            route.path.replace("{", "").replace("}", ""),
            headers={**bearer(key), "Content-Type": media_type},
            data=body,
        ).status_code
        for route in GUARDED
        for scope, key in keys.items()
        if scope != scope_of(route)
    }

    assert len(statuses) > 2 * len(GUARDED)
    assert {sent: status for sent, status in statuses.items() if status != 403} == {}


@pytest.mark.parametrize("query", ["?page=0", "?per_page=no", "?wait=never"])
@pytest.mark.parametrize("path", ["/api/v1/models", "/api/v1/predict/jobs"])
def test_a_key_without_the_scope_gets_403_whatever_it_asks(
    client: Client, new_key: NewKey, path: str, query: str
) -> None:
    headers = bearer(new_key(scopes=["models:write"])["key"])

    assert client.get(path + query, headers=headers).status_code == 403


def test_a_key_with_the_scope_is_refused_for_its_body(client: Client, new_key: NewKey) -> None:
    headers = bearer(new_key(scopes=["models:write"])["key"])

    refused = client.put("/api/v1/models/none", headers=headers, data=b"{")

    assert refused.status_code in {400, 415}
