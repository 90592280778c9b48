"""The nightly run: leftovers ended, drift mended and measured."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from inferx.errors import Unavailable
from inferx.storage import objects
from inferx.storage.item_keys import name_pk, user_key
from inferx.storage.tables.models import NameItem
from inferx.storage.tables.users import UserItem
from tests.integration.models.conftest import FILE, Api, Reserve, Storage, Upload, make_overdue
from tools.cloud import Cloud
from tools.lambdas import invoke

type Run = Callable[[], dict[str, int]]

NOTHING = {
    "ReconciledOwners": 1,
    "UnfinishedOwners": 0,
    "EndedLeftovers": 0,
    "DriftedCounters": 0,
    "DriftedBytes": 0,
}


@pytest.fixture
def night(db: Cloud, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the nightly function."""
    monkeypatch.setattr("inferx.registry.reconciliation.time.sleep", lambda _: None)

    def run() -> dict[str, int]:
        found: dict[str, int] = invoke("ReconcileFunction", {})
        return found

    return run


def test_a_registry_in_order_is_left_as_it_is(upload: Upload, night: Run) -> None:
    upload()

    assert night() == NOTHING


def test_nothing_changed_is_nothing_to_do(night: Run) -> None:
    assert night() == NOTHING | {"ReconciledOwners": 0}


def test_a_users_wrong_counters_are_mended_and_measured(
    upload: Upload,
    night: Run,
    storage: Storage,
    test_user: dict[str, Any],
    capsys: pytest.CaptureFixture[str],
) -> None:
    upload()
    user = UserItem.get(user_key(test_user["id"]))
    user.update([UserItem.storage_bytes.add(1000), UserItem.model_count.add(-3)])

    found = night()

    assert found == NOTHING | {"DriftedCounters": 1, "DriftedBytes": 1000}
    assert storage() == (len(FILE), 1)
    line = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert line["DriftedBytes"] == 1000
    assert line["_aws"]["CloudWatchMetrics"][0]["Namespace"] == "InferX"


def test_a_names_wrong_pointer_is_mended(
    upload: Upload, night: Run, api: Api, test_user: dict[str, Any]
) -> None:
    model = upload()
    name = NameItem.get(name_pk(test_user["id"], "iris"))
    name.update([NameItem.version_count.set(7), NameItem.newest_ready.remove()])

    found = night()

    assert found["DriftedCounters"] == 1
    shown = api("GET", "/names/iris").json()["data"]["name"]
    assert shown["newest_ready"] == {"id": model["id"], "version": 1}
    assert shown["versions"] == 1


def test_a_name_without_models_that_counts_some_is_mended(
    reserve: Reserve, night: Run, api: Api, test_user: dict[str, Any]
) -> None:
    api("DELETE", f"/{reserve()['model']['id']}")
    NameItem.get(name_pk(test_user["id"], "iris")).update([NameItem.version_count.set(2)])

    assert night()["DriftedCounters"] == 1
    assert api("GET", "?name=iris").json()["meta"]["total"] == 0


def test_leftovers_are_ended(reserve: Reserve, night: Run, storage: Storage) -> None:
    for _ in range(30):
        make_overdue(reserve(file_size=1)["model"]["id"])

    assert night() == NOTHING | {"EndedLeftovers": 30}
    assert storage() == (0, 0)


def test_one_owners_trouble_does_not_stop_the_run(
    upload: Upload,
    reserve: Reserve,
    night: Run,
    api: Api,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(_: str) -> None:
        raise Unavailable

    model = upload()
    monkeypatch.setattr(objects, "delete_all", refuse)
    api("DELETE", f"/{model['id']}")

    assert night() == NOTHING | {"UnfinishedOwners": 1}
