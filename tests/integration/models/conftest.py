"""Fixtures of the registry's tests: a stand-in for the sandbox, uploads, a second user."""

from collections.abc import Callable
from typing import Any

import pytest
import requests

from inferx.plans import PLANS, Plan
from inferx.storage import functions
from inferx.storage.item_keys import model_pk
from inferx.storage.tables.models import ModelItem
from tests.support.fake_converter import FakeConverter
from tests.support.gateway import Client
from tools.cloud import Cloud

FILE = b"a model file"
UPLOAD = {"name": "iris", "model_type": "sklearn", "file_name": "iris.pkl"}

type Reserve = Callable[..., dict[str, Any]]
type Upload = Callable[..., dict[str, Any]]
type Api = Callable[..., requests.Response]
type Storage = Callable[[], tuple[int, int]]


@pytest.fixture
def sandbox(monkeypatch: pytest.MonkeyPatch) -> FakeConverter:
    """Return the stand-in for the convert function, which succeeds unless changed."""
    fake = FakeConverter()
    monkeypatch.setattr(functions, "invoke", fake)
    return fake


@pytest.fixture
def reserve(client: Client, auth_headers: dict[str, str]) -> Reserve:
    """Reserves a version by JSON; returns ``data``."""

    def call(headers: dict[str, str] | None = None, **fields: Any) -> dict[str, Any]:
        response = client.post(
            "/api/v1/models/upload", json=UPLOAD | fields, headers=headers or auth_headers
        )
        assert response.status_code == 201, response.text
        data: dict[str, Any] = response.json()["data"]
        return data

    return call


@pytest.fixture
def deliver(db: Cloud, sandbox: FakeConverter) -> Callable[[], list[Any]]:
    """Hands waiting S3 events to ingest."""
    return lambda: db.deliver("IngestQueue", "IngestFunction")


@pytest.fixture
def upload(
    reserve: Reserve, deliver: Callable[[], list[Any]], client: Client, auth_headers: dict[str, str]
) -> Upload:
    """Reserves, sends the file, converts; returns the model as it then is."""

    def call(headers: dict[str, str] | None = None, **fields: Any) -> dict[str, Any]:
        data = reserve(headers, **fields)
        assert send(data["upload"]).status_code == 204
        deliver()
        shown = client.get(f"/api/v1/models/{data['model']['id']}", headers=headers or auth_headers)
        model: dict[str, Any] = shown.json()["data"]["model"]
        return model

    return call


@pytest.fixture
def api(client: Client, auth_headers: dict[str, str]) -> Api:
    """Sends requests of the registered user to paths under the models' own."""

    def call(method: str, path: str = "", **kwargs: Any) -> requests.Response:
        return client.request(method, f"/api/v1/models{path}", headers=auth_headers, **kwargs)

    return call


@pytest.fixture
def other_headers(client: Client, test_user: dict[str, Any]) -> dict[str, str]:
    """Return another user's access token, as a header."""
    account = {"email": "grace@example.com", "password": "SecurePass123!"}
    assert client.post("/api/v1/auth/register", json=account).status_code == 201
    token = client.post("/api/v1/auth/login", json=account).json()["access_token"]
    return {"Authorization": f"Bearer {token}"}


def send(form: dict[str, Any], content: bytes = FILE) -> requests.Response:
    """Send a file by an upload form, as a browser does."""
    return requests.post(
        form["url"], data=form["fields"], files={"file": ("file", content)}, timeout=5
    )


@pytest.fixture
def storage(client: Client, auth_headers: dict[str, str]) -> Storage:
    """Return the user's counted bytes and models."""

    def call() -> tuple[int, int]:
        used = client.get("/api/v1/auth/me", headers=auth_headers).json()["data"]["storage"]
        return used["bytes"], used["models"]

    return call


@pytest.fixture
def small_plan(monkeypatch: pytest.MonkeyPatch) -> Plan:
    """Return a free plan of 100 bytes in 3 models of up to 60 bytes."""
    plan = Plan("free", storage_bytes=100, models=3, file_bytes=60)
    monkeypatch.setitem(PLANS, "free", plan)
    return plan


def record(model_id: str) -> ModelItem:
    """Return the stored item of a version."""
    return ModelItem.get(model_pk(model_id), consistent_read=True)


def make_overdue(model_id: str) -> None:
    """Let a reservation's or conversion's time be over."""
    record(model_id).update([ModelItem.due_at.set("2020-01-01T00:00:00Z")])
