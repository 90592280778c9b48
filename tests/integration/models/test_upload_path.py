"""An upload from its reservation to its deletion: sent, converted, shown."""

from collections.abc import Callable
from typing import Any

from tests.integration.models.conftest import FILE, Reserve, Upload, send
from tests.support.fake_converter import FakeConverter
from tests.support.gateway import Client
from tools.cloud import Cloud


def test_a_reservation_returns_the_model_and_a_form(reserve: Reserve) -> None:
    data = reserve(description="flowers", file_size=len(FILE))

    assert data["model"]["status"] == "pending_upload"
    assert data["model"]["version"] == 1
    assert data["model"]["description"] == "flowers"
    assert data["upload"]["max_bytes"] == len(FILE)
    assert data["upload"]["fields"]["key"] == data["model"]["file_path"]


def test_a_sent_file_becomes_a_ready_model(upload: Upload) -> None:
    model = upload()

    assert (model["status"], model["error"]) == ("ready", None)
    assert model["framework"] == "sklearn"
    assert model["feature_names"] == ["sepal length", "sepal width"]
    assert model["classes"] == ["setosa", "virginica"]
    assert model["parity"]["label_agreement"] == 1.0
    assert model["file_size"] == len(FILE)
    assert len(model["sha256"]) == 64


def test_the_sandbox_is_called_for_the_owner_alone(
    upload: Upload, sandbox: FakeConverter, test_user: dict[str, Any]
) -> None:
    upload()

    assert sandbox.tenants == [test_user["id"]]
    assert "versionId=" in sandbox.requests[0].source_url
    assert sandbox.requests[0].source_size == len(FILE)


def test_a_refused_file_leaves_a_failed_model_with_the_reason(
    upload: Upload, sandbox: FakeConverter
) -> None:
    sandbox.refuse("The file is no pickle.")

    model = upload()

    assert (model["status"], model["error"]) == ("failed", "The file is no pickle.")


def test_the_list_shows_the_model(
    upload: Upload, client: Client, auth_headers: dict[str, str]
) -> None:
    model = upload()

    listed = client.get("/api/v1/models", headers=auth_headers).json()

    assert listed == {
        "success": True,
        "data": [model],
        "meta": {"page": 1, "per_page": 20, "total": 1},
    }


def test_a_deleted_model_is_gone_with_its_objects_and_quota(
    upload: Upload, client: Client, auth_headers: dict[str, str], db: Cloud
) -> None:
    model = upload()

    response = client.delete(f"/api/v1/models/{model['id']}", headers=auth_headers)

    assert response.status_code == 200, response.text
    gone = client.get(f"/api/v1/models/{model['id']}", headers=auth_headers)
    assert (gone.status_code, gone.json()) == (404, {"detail": "Model not found"})
    assert db.object_versions() == []
    storage = client.get("/api/v1/auth/me", headers=auth_headers).json()["data"]["storage"]
    assert (storage["bytes"], storage["models"]) == (0, 0)


def test_a_number_is_not_given_out_again(
    upload: Upload, client: Client, auth_headers: dict[str, str]
) -> None:
    first = upload()
    client.delete(f"/api/v1/models/{first['id']}", headers=auth_headers)

    second = upload()

    assert second["version"] == 2


def test_the_same_event_twice_converts_once(
    reserve: Reserve, deliver: Callable[[], list[Any]], db: Cloud, sandbox: FakeConverter
) -> None:
    send(reserve()["upload"])
    db.repeat("IngestQueue")

    deliver()

    assert len(sandbox.requests) == 1
