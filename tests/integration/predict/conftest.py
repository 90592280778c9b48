"""Fixtures of the predict function's tests."""

from pathlib import Path
from typing import Any

import pytest

from inferx.serving import memory
from inferx.serving.loading import Models
from inferx.serving.routing import Router
from inferx.storage.signed import json_api, s3
from tests.support.prediction import Server
from tools.cloud import Cloud
from tools.lambdas import app


@pytest.fixture
def models(db: Cloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Models:
    """Return the models of the function's container, none of them open."""
    # The memory that this process holds already is not the models': other tests imported much.
    held_mb = memory.resident() >> 20
    empty = Models(held_mb + 1024, tmp_path)
    monkeypatch.setattr(app("PredictFunction").model_pool, "models", empty)
    return empty


@pytest.fixture
def server(models: Models) -> Server:
    """Return the function, with nothing loaded."""
    return Server()


@pytest.fixture
def calls(server: Server, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return every AWS call that is made from now on."""
    made: list[str] = []
    call, get_object = json_api.call, s3.get_object

    def counted_call(service: str, operation: str, parameters: dict[str, Any]) -> Any:
        made.append(operation)
        return call(service, operation, parameters)

    def counted_get(bucket: str, key: str) -> Any:
        made.append("GetObject")
        return get_object(bucket, key)

    monkeypatch.setattr(json_api, "call", counted_call)
    monkeypatch.setattr(s3, "get_object", counted_get)
    return made


@pytest.fixture
def moment(models: Models, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Return the seconds on the clock by which records and pointers expire."""
    seconds = [0.0]
    monkeypatch.setattr(models, "_router", Router(lambda: seconds[0]))
    return seconds
