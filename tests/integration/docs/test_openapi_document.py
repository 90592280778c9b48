"""The server in the OpenAPI document that is served."""

import json
from typing import Any

import pytest

from inferx import settings
from tests.support.gateway import Client
from tools.lambdas import invoke

DOMAIN = "abc.execute-api.eu-west-1.amazonaws.com"


def served_to(path: str, host: str | None, stage: str = "$default") -> list[str]:
    """Return the servers in the document that a GET of this path gets."""
    headers = {"x-forwarded-proto": "https"} | ({} if host is None else {"host": host})
    http = {"method": "GET", "path": path}
    context = {"domainName": DOMAIN, "stage": stage, "requestId": "1", "http": http}
    route = "GET /openapi.json"
    event = {"routeKey": route, "rawPath": path, "headers": headers, "requestContext": context}
    document: dict[str, Any] = json.loads(invoke("DocsFunction", event)["body"])
    return [server["url"] for server in document["servers"]]


@pytest.fixture(autouse=True)
def _no_public_url(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUBLIC_URL", "")
    settings.forget()


@pytest.mark.parametrize(
    ("path", "host", "stage", "url"),
    [
        pytest.param("/openapi.json", DOMAIN, "$default", f"https://{DOMAIN}", id="default stage"),
        pytest.param(
            "/prod/openapi.json", DOMAIN, "prod", f"https://{DOMAIN}/prod", id="named stage"
        ),
        pytest.param(
            "/openapi.json", "api.example.com", "prod", "https://api.example.com", id="own domain"
        ),
        pytest.param(
            "/ml/v1/openapi.json",
            "api.example.com",
            "prod",
            "https://api.example.com/ml/v1",
            id="own domain with a base path",
        ),
        pytest.param(
            "/my models/openapi.json",
            "api.example.com",
            "$default",
            "https://api.example.com/my%20models",
            id="base path that the gateway has decoded",
        ),
        pytest.param(
            "/openapi.json/", DOMAIN, "$default", f"https://{DOMAIN}", id="slash at the end"
        ),
        pytest.param("/openapi.json", None, "$default", f"https://{DOMAIN}", id="no Host header"),
    ],
)
def test_the_server_is_the_address_that_the_document_was_requested_at(
    path: str, host: str | None, stage: str, url: str
) -> None:
    assert served_to(path, host, stage) == [url]


def test_the_parameter_names_the_server_behind_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUBLIC_URL", "https://ml.example.com/api")
    settings.forget()

    assert served_to("/openapi.json", DOMAIN) == ["https://ml.example.com/api"]


def test_the_served_document_has_an_absolute_server() -> None:
    served = Client().get("/openapi.json").json()

    assert [server["url"] for server in served["servers"]] == ["https://api.test"]
