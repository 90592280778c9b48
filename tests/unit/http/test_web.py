"""The web functions' resolver: who is at fault."""

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from inferx.http.entry import entry
from inferx.http.web import web_app
from tools.lambdas import Context

ROUTE = "GET /number"


@pytest.fixture(autouse=True)
def _root_logger() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers = handlers
    root.setLevel(level)


def response_of(returned: Any) -> dict[str, Any]:
    app = web_app()

    @app.get("/number")
    def number() -> int:
        found: int = returned
        return found

    event = {
        "routeKey": ROUTE,
        "rawPath": "/number",
        "headers": {},
        "requestContext": {
            "requestId": "request-1",
            "stage": "$default",
            "http": {"method": "GET", "path": "/number"},
        },
    }
    return entry(app.resolve, public=frozenset({ROUTE}))(event, Context("test"))


def test_a_response_that_fits_its_type_is_sent() -> None:
    assert (response_of(3)["statusCode"], response_of(3)["body"]) == (200, "3")


def test_a_response_that_does_not_fit_its_type_is_a_fault_of_ours() -> None:
    response = response_of("a secret value")

    assert response["statusCode"] == 500
    assert json.loads(response["body"])["request_id"] == "request-1"
    assert "a secret value" not in response["body"]
