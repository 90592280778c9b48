"""Conversions that never came back, or whose removal broke off: nothing of them remains."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from inferx.clock import iso, now
from inferx.errors import Unavailable
from inferx.storage import objects
from inferx.storage.functions import FunctionFailed
from inferx.storage.tables.models import ModelItem
from tests.integration.models.conftest import Api, Reserve, Storage, make_overdue, record, send
from tests.support.fake_converter import ONNX, FakeConverter
from tools.cloud import Cloud
from tools.lambdas import invoke

type Deliver = Callable[[], list[Any]]


@pytest.fixture
def lost(reserve: Reserve, deliver: Deliver, sandbox: FakeConverter, db: Cloud) -> dict[str, Any]:
    """Return a model whose conversion left its result and then never came back."""
    data = reserve()
    send(data["upload"])

    def leave_the_result() -> None:
        objects.put(f"models/{record(model['id']).owner_id}/{model['id']}/model.onnx", ONNX)

    model: dict[str, Any] = data["model"]
    sandbox.meanwhile = leave_the_result
    sandbox.failure = FunctionFailed("Unhandled")
    deliver()
    record(model["id"]).update([ModelItem.converting_since.set("2020-01-01T00:00:00Z")])
    make_overdue(model["id"])
    assert len({key.split("/")[0] for key in db.object_versions()}) == 2
    return model


class Removals:
    """Stands between the registry and the removal of objects; ``allowed`` is how many go on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.real = objects.delete_all
        self.allowed: int | None = None
        monkeypatch.setattr(objects, "delete_all", self)

    def __call__(self, prefix: str) -> None:
        """Remove the objects under a prefix, if that is still allowed."""
        if self.allowed is not None:
            if not self.allowed:
                raise Unavailable
            self.allowed -= 1
        self.real(prefix)


@pytest.fixture
def removals(monkeypatch: pytest.MonkeyPatch) -> Removals:
    """Return the removal of objects, which can be made to break off."""
    return Removals(monkeypatch)


def test_a_lost_conversion_leaves_no_objects(lost: dict[str, Any], api: Api, db: Cloud) -> None:
    api("GET")

    assert api("GET", f"/{lost['id']}").json()["data"]["model"]["status"] == "failed"
    assert db.object_versions() == []


@pytest.mark.parametrize("removed", [0, 1])
def test_a_removal_that_breaks_off_is_finished_by_the_next_listing(
    lost: dict[str, Any], api: Api, db: Cloud, *, removals: Removals, storage: Storage, removed: int
) -> None:
    removals.allowed = removed
    assert api("GET").status_code == 200
    assert record(lost["id"]).status == "failed"
    assert db.object_versions() != []
    removals.allowed = None

    api("GET")

    assert db.object_versions() == []
    assert storage() == (0, 1)


def test_a_removal_that_breaks_off_is_finished_by_the_nightly_job(
    lost: dict[str, Any], api: Api, db: Cloud, removals: Removals
) -> None:
    removals.allowed = 0
    api("GET")
    removals.allowed = None

    found = invoke("ReconcileFunction", {}, seconds=900)

    assert found["EndedLeftovers"] == 1
    assert db.object_versions() == []


def test_the_nightly_job_ends_a_lost_conversion(lost: dict[str, Any], db: Cloud) -> None:
    found = invoke("ReconcileFunction", {}, seconds=900)

    assert found["EndedLeftovers"] == 1
    assert record(lost["id"]).status == "failed"
    assert db.object_versions() == []


def test_a_conversion_that_is_running_again_is_not_lost(
    lost: dict[str, Any], api: Api, db: Cloud
) -> None:
    record(lost["id"]).update([ModelItem.converting_since.set(iso(now()))])

    api("GET")

    assert record(lost["id"]).status == "converting"
    assert db.object_versions() != []


def test_a_refused_file_whose_removal_breaks_off_leaves_nothing_in_the_end(
    reserve: Reserve,
    deliver: Deliver,
    sandbox: FakeConverter,
    *,
    api: Api,
    db: Cloud,
    removals: Removals,
) -> None:
    model = reserve()
    send(model["upload"])
    sandbox.outcome = {"status": "refused", "error": "The file is no pickle."}
    removals.allowed = 0
    deliver()
    assert record(model["model"]["id"]).status == "failed"
    assert any(key.startswith("models/") for key in db.object_versions())
    removals.allowed = None

    api("GET")

    assert db.object_versions() == []


def test_a_result_for_a_deleted_model_leaves_nothing_when_its_removal_breaks_off(
    reserve: Reserve,
    deliver: Deliver,
    sandbox: FakeConverter,
    *,
    api: Api,
    db: Cloud,
    removals: Removals,
) -> None:
    data = reserve()
    send(data["upload"])

    def delete_and_break() -> None:
        api("DELETE", f"/{data['model']['id']}")
        removals.allowed = 0

    sandbox.meanwhile = delete_and_break
    deliver()
    assert any(key.startswith("models/") for key in db.object_versions())
    removals.allowed = None

    api("GET")

    assert db.object_versions() == []


def test_what_a_dead_conversion_of_a_deleted_model_wrote_is_removed_later(
    reserve: Reserve, api: Api, db: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    model_id = reserve()["model"]["id"]
    item = record(model_id)
    item.update([ModelItem.status.set("converting"), ModelItem.converting_since.set(iso(now()))])
    api("DELETE", f"/{model_id}")
    objects.put(f"models/{item.owner_id}/{model_id}/model.onnx", ONNX)
    api("GET")
    assert db.object_versions() != []
    later = now() + timedelta(minutes=7)
    for module in ("sweeps", "leftovers"):
        monkeypatch.setattr(f"inferx.registry.{module}.now", lambda: later)

    api("GET")

    assert db.object_versions() == []
