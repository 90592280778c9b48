"""The repository of models when DynamoDB is out of order: always the domain's one error."""

from collections.abc import Callable
from itertools import repeat

import pytest

from inferx.clock import now
from inferx.entities.models import ModelName, ModelVersion, Status, Tombstone, VersionPointer
from inferx.errors import Unavailable
from inferx.storage.models import (
    conversions,
    journal,
    model_names,
    queries,
    tombstones,
    versions,
)
from inferx.storage.transactions import Transaction, transact
from tests.support.broken_dynamodb import FAILURES, respond

MODEL = ModelVersion(
    id="1",
    owner_id="owner",
    name="iris",
    version=1,
    model_type="sklearn",
    status=Status.CONVERTING,
    file_name="iris.pkl",
    created_at=now(),
    updated_at=now(),
)
NAME = ModelName("owner", "iris")
POINTER = VersionPointer("1", 1)

CALLS: dict[str, Callable[[], object]] = {
    "get a version": lambda: versions.find("1"),
    "get a name": lambda: model_names.find("owner", "iris"),
    "get a tombstone": lambda: tombstones.find("1"),
    "batch get": lambda: versions.find_all(["1", "2"]),
    "query an owner's versions": lambda: list(queries.ids_of_owner("owner")),
    "query a name's versions": lambda: list(queries.ids_of_name("owner", "iris")),
    "query one version": lambda: queries.id_of_version("owner", "iris", 1),
    "query what is overdue": lambda: queries.overdue("owner", now(), at_most=1),
    "query a day's names": lambda: list(journal.names_changed_on(now().date(), 0)),
    "delete a tombstone": lambda: tombstones.delete_due("1", now()),
}
WRITES: dict[str, Callable[[Transaction], None]] = {
    "add a version": lambda tx: versions.add(tx, MODEL),
    "change a version": lambda tx: versions.change(tx, MODEL, MODEL),
    "add an alias": lambda tx: versions.add_alias(tx, MODEL, "champion"),
    "remove an alias": lambda tx: versions.remove_alias(tx, "1", "champion"),
    "delete a version": lambda tx: versions.delete(tx, MODEL),
    "claim": lambda tx: conversions.claim(tx, MODEL, MODEL),
    "take over a claim": lambda tx: conversions.take_over_claim(tx, MODEL, now()),
    "record success": lambda tx: conversions.record_ready(tx, MODEL, MODEL),
    "record failure": lambda tx: conversions.record_failed(tx, MODEL, "No model.", now()),
    "take a number": lambda tx: model_names.take_number(tx, None, MODEL, is_ready=True),
    "point a name": lambda tx: model_names.point_newest(tx, NAME, POINTER),
    "leave a name": lambda tx: model_names.leave(tx, NAME, None),
    "leave a name unused": lambda tx: model_names.leave_unused(tx, "owner", "iris"),
    "set aliases": lambda tx: model_names.set_aliases(tx, NAME, {"champion": POINTER}),
    "note a change": lambda tx: model_names.note_change(tx, "owner", "iris"),
    "correct a name": lambda tx: model_names.correct(tx, NAME, version_count=1, newest_ready=None),
    "add a tombstone": lambda tx: tombstones.add(tx, Tombstone("1", "owner", now())),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_a_failing_call_is_unavailable(
    monkeypatch: pytest.MonkeyPatch, call: Callable[[], object]
) -> None:
    for failure in FAILURES.values():
        respond(monkeypatch, repeat(failure))

        with pytest.raises(Unavailable):
            call()


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_a_failing_transaction_is_unavailable(
    monkeypatch: pytest.MonkeyPatch, write: Callable[[Transaction], None]
) -> None:
    for failure in FAILURES.values():
        operations = respond(monkeypatch, repeat(failure))

        with pytest.raises(Unavailable):
            transact(write)

        assert operations == ["TransactWriteItems"]
