"""The layer between `sam local start-api` and the handlers: names of headers as a gateway's."""

import importlib.util
import sys
from types import ModuleType, SimpleNamespace

import pytest

from local.containers.sam import GATEWAY_LAYER


@pytest.fixture
def as_gateway(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Return the layer's module, beside an app that returns its event."""
    app = SimpleNamespace(handler=lambda event, context: event)
    monkeypatch.setitem(sys.modules, "app", app)
    path = GATEWAY_LAYER / "python/as_gateway.py"
    spec = importlib.util.spec_from_file_location("as_gateway", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_names_of_headers_are_in_lower_case_for_the_handler(as_gateway: ModuleType) -> None:
    event = {"routeKey": "GET /docs", "headers": {"Authorization": "Bearer A", "host": "h"}}

    found = as_gateway.handler(event, None)

    assert found["headers"] == {"authorization": "Bearer A", "host": "h"}
    assert found["routeKey"] == "GET /docs"


def test_a_request_without_headers_is_handed_on(as_gateway: ModuleType) -> None:
    assert as_gateway.handler({"headers": None}, None) == {"headers": {}}
