"""The nightly job: leftovers ended, drift repaired and measured."""

import json
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest

from inferx.errors import Unavailable
from inferx.registry import sweeps
from inferx.storage import objects
from inferx.storage.item_keys import name_pk, user_key
from inferx.storage.models import journal
from inferx.storage.tables.models import NameItem
from inferx.storage.tables.users import UserItem
from inferx.storage.transactions import Transaction, transact
from tests.integration.models.conftest import FILE, Api, Reserve, Storage, Upload, make_overdue
from tools.cloud import Cloud
from tools.lambdas import invoke

type Run = Callable[..., dict[str, int]]

NOTHING = {
    "ReconciledOwners": 1,
    "UnfinishedOwners": 0,
    "EndedLeftovers": 0,
    "DriftedCounters": 0,
    "DriftedBytes": 0,
    "SettledJobs": 0,
    "RemovedAccounts": 0,
    "UnfinishedRemovals": 0,
}


@pytest.fixture
def night(db: Cloud, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the nightly function."""
    monkeypatch.setattr("inferx.registry.reconciliation.time.sleep", lambda _: None)

    def run(seconds: float = 900) -> dict[str, int]:
        found: dict[str, int] = invoke("ReconcileFunction", {}, seconds=seconds)
        return found

    return run


def test_a_registry_in_order_is_left_as_it_is(upload: Upload, night: Run) -> None:
    upload()

    assert night() == NOTHING


def test_nothing_changed_is_nothing_to_do(night: Run) -> None:
    assert night() == NOTHING | {"ReconciledOwners": 0}


def test_a_users_wrong_counters_are_repaired_and_measured(
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


def test_a_names_wrong_pointer_is_repaired(
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


def test_a_name_without_models_that_counts_some_is_repaired(
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


def test_an_owner_whose_objects_cannot_be_removed_is_counted_as_unfinished(
    upload: Upload, night: Run, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: str) -> None:
        raise Unavailable

    model = upload()
    monkeypatch.setattr(objects, "delete_all", refuse)
    api("DELETE", f"/{model['id']}")

    assert night() == NOTHING | {"UnfinishedOwners": 1}


@pytest.mark.parametrize("failure", [Unavailable(), ValueError("an item that cannot be read")])
def test_an_owner_who_cannot_be_read_does_not_stop_the_run(
    reserve: Reserve,
    other_headers: dict[str, str],
    night: Run,
    *,
    storage: Storage,
    test_user: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    failure: Exception,
) -> None:
    make_overdue(reserve(file_size=5)["model"]["id"])
    make_overdue(reserve(other_headers, file_size=5)["model"]["id"])
    sweep = sweeps.sweep

    def sweep_others(owner_id: str) -> int:
        if owner_id != test_user["id"]:
            raise failure
        return sweep(owner_id)

    monkeypatch.setattr(sweeps, "sweep", sweep_others)

    found = night()

    assert found == NOTHING | {"ReconciledOwners": 2, "UnfinishedOwners": 1, "EndedLeftovers": 1}
    assert storage() == (0, 0)
    logged = capsys.readouterr().out
    assert "owner not reconciled" in logged
    assert type(failure).__name__ in logged


@pytest.mark.parametrize("failure", [Unavailable(), ValueError("an item that cannot be read")])
def test_a_part_of_a_days_names_that_cannot_be_listed_does_not_stop_the_run(
    reserve: Reserve,
    night: Run,
    storage: Storage,
    monkeypatch: pytest.MonkeyPatch,
    failure: Exception,
) -> None:
    make_overdue(reserve(file_size=5)["model"]["id"])
    genuine = journal.names_changed_on
    listed: list[int] = []

    def fail_first(day: date, shard: int) -> Iterator[tuple[str, str]]:
        listed.append(shard)
        if len(listed) <= journal.SHARDS:
            yield from genuine(day, shard)
            raise failure
        yield from genuine(day, shard)

    monkeypatch.setattr(journal, "names_changed_on", fail_first)

    found = night()

    assert found["UnfinishedOwners"] == journal.SHARDS
    assert found["EndedLeftovers"] == 1
    assert storage() == (0, 0)


def test_a_run_whose_time_is_nearly_over_reports_the_owners_that_are_left(
    reserve: Reserve,
    other_headers: dict[str, str],
    night: Run,
    capsys: pytest.CaptureFixture[str],
) -> None:
    reserve()
    reserve(other_headers)

    found = night(seconds=30)

    assert found == NOTHING | {"ReconciledOwners": 0, "UnfinishedOwners": 2}
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["owners_left"] for line in lines if "owners_left" in line] == [2]


def test_a_counter_that_moves_while_it_is_looked_at_is_left_alone(
    upload: Upload, night: Run, test_user: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    upload()
    UserItem.get(user_key(test_user["id"])).update([UserItem.storage_bytes.add(1000)])

    def move_first(build: Callable[[Transaction], bool]) -> bool:
        UserItem.get(user_key(test_user["id"])).update([UserItem.storage_bytes.add(1)])
        return transact(build)

    monkeypatch.setattr("inferx.registry.drift.transact", move_first)

    assert night() == NOTHING
    assert UserItem.get(user_key(test_user["id"])).storage_bytes == len(FILE) + 1001


def test_rows_of_a_reservation_that_was_never_used_are_removed(
    reserve: Reserve, night: Run, db: Cloud
) -> None:
    model = reserve(samples=[[5.1, 3.5]])["model"]
    make_overdue(model["id"])

    found = night()

    assert found["EndedLeftovers"] >= 1
    assert [key for key in db.object_versions() if key.startswith("samples/")] == []
