"""The OpenAPI document against the code and the template."""

import json

import pytest

from inferx import settings
from tools.cloud import environment
from tools.openapi.build import DOCUMENT, build
from tools.template import Route, routes


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environment().items():
        monkeypatch.setenv(name, value)
    settings.forget()


def test_the_committed_document_is_the_codes() -> None:
    assert json.loads(DOCUMENT.read_text()) == build(), "run make openapi"


# All but what answers 404 wherever there is nothing.
DESCRIBED = [route for route in routes() if route.key != "$default"]


@pytest.mark.parametrize("route", DESCRIBED, ids=lambda route: route.key)
def test_every_route_is_described(route: Route) -> None:
    operation = json.loads(DOCUMENT.read_text())["paths"][route.path][route.method.lower()]

    assert operation["summary"]
    assert (operation.get("security") == []) == route.public


def test_no_route_is_described_that_is_not_there() -> None:
    described = {
        f"{method.upper()} {path}"
        for path, operations in json.loads(DOCUMENT.read_text())["paths"].items()
        for method in operations
        if method != "parameters"
    }

    assert described == {route.key for route in DESCRIBED}
