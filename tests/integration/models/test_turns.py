"""At most two conversions of one owner run at once; the others wait, in order, and lose nothing."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from inferx import clock
from inferx.plans import Plan
from inferx.registry import turns
from inferx.registry.claims import Claim, claim
from inferx.registry.lifetimes import CLAIM_LIFETIME, CONVERSION_LIFETIME
from inferx.registry.records import find
from inferx.settings import settings
from inferx.storage import aws
from inferx.storage.functions import FunctionFailed
from inferx.storage.item_keys import turns_pk
from inferx.storage.object_keys import upload_key
from inferx.storage.signed import json_api
from inferx.storage.tables.models import TurnsItem
from tests.integration.models.conftest import Api, Reserve, record, send
from tests.support.fake_converter import FakeConverter
from tools.cloud import Cloud

type Deliver = Callable[[], list[Any]]
type Send = Callable[[], str]


class Time:
    """The domain's clock, which the test moves, and the delays of messages, which it ignores."""

    def __init__(self) -> None:
        self.moment = datetime.now(UTC).replace(microsecond=0)
        self.delays: list[int] = []

    def now(self) -> datetime:
        """Return the moment."""
        return self.moment

    def pass_(self, length: timedelta) -> None:
        """Move on."""
        self.moment += length


@pytest.fixture
def time(db: Cloud, monkeypatch: pytest.MonkeyPatch) -> Time:
    """Return a clock that stands still; messages come as soon as they are asked for."""
    ours, call = Time(), json_api.call

    def without_delay(service: str, operation: str, parameters: Mapping[str, Any]) -> Any:
        if parameters.get("DelaySeconds"):
            ours.delays.append(parameters["DelaySeconds"])
            parameters = {**parameters, "DelaySeconds": 0}
        return call(service, operation, parameters)

    monkeypatch.setattr(json_api, "call", without_delay)
    for module in ("turns", "claims", "lifetimes", "lifecycle"):
        monkeypatch.setattr(f"inferx.registry.{module}.now", ours.now)
    monkeypatch.setattr(clock, "now", ours.now)
    return ours


@pytest.fixture
def uploaded(reserve: Reserve) -> Send:
    """Sends a file and returns the id of its version."""

    def call(headers: dict[str, str] | None = None) -> str:
        data = reserve(headers)
        assert send(data["upload"]).status_code == 204
        model_id: str = data["model"]["id"]
        return model_id

    return call


class Running:
    """Counts the conversions that run at once, while the messages of the others are delivered."""

    def __init__(self, sandbox: FakeConverter, deliver: Deliver) -> None:
        self.now: dict[str, int] = {}
        self.most: dict[str, int] = {}
        self.ended: list[str] = []
        self._sandbox, self._deliver = sandbox, deliver
        sandbox.meanwhile = self.convert

    def convert(self) -> None:
        """Let all that wait try to run while one more runs."""
        owner = self._sandbox.tenants[-1]
        model_id = self._sandbox.requests[-1].source_url.split("/uploads/")[1].split("/")[1]
        self.now[owner] = self.now.get(owner, 0) + 1
        self.most[owner] = max(self.most.get(owner, 0), self.now[owner])
        self._deliver()
        self.now[owner] -= 1
        self.ended.append(model_id)


def status(model_id: str) -> str:
    return record(model_id).status


def owner_of(model_id: str) -> str:
    return record(model_id).owner_id


def deliver_all(deliver: Deliver) -> None:
    while deliver():
        pass


def test_of_three_at_once_two_are_converted_and_all_end_ready(
    uploaded: Send, deliver: Deliver, sandbox: FakeConverter, time: Time
) -> None:
    models = [uploaded() for _ in range(3)]
    running = Running(sandbox, deliver)

    deliver_all(deliver)

    assert [status(each) for each in models] == ["ready"] * 3
    assert running.most == {owner_of(models[0]): 2}


def test_what_waits_is_shown_as_converting_and_was_handed_to_no_converter(
    uploaded: Send, deliver: Deliver, sandbox: FakeConverter, time: Time, api: Api
) -> None:
    models = [uploaded() for _ in range(3)]
    seen: list[str] = []

    def look() -> None:
        if len(sandbox.requests) < 2:
            deliver()
        else:
            deliver()
            seen.extend(api("GET", f"/{each}").json()["data"]["model"]["status"] for each in models)
            seen.append(str(len(sandbox.requests)))
            sandbox.meanwhile = None

    sandbox.meanwhile = look

    deliver()

    assert seen == ["converting"] * 3 + ["2"]
    assert time.delays[:1] == [turns.ASKS_AGAIN.total_seconds()]


def test_they_are_converted_in_the_order_in_which_they_came(
    uploaded: Send, deliver: Deliver, sandbox: FakeConverter, time: Time
) -> None:
    models = [uploaded() for _ in range(6)]
    running = Running(sandbox, deliver)

    deliver_all(deliver)

    started = [request.source_url.split("/")[-2] for request in sandbox.requests]
    assert started == models
    assert sorted(running.ended) == sorted(models)


def test_another_owner_is_not_delayed(
    uploaded: Any,
    deliver: Deliver,
    sandbox: FakeConverter,
    time: Time,
    other_headers: dict[str, str],
) -> None:
    first = [uploaded() for _ in range(3)]
    other = [uploaded(other_headers) for _ in range(2)]
    running = Running(sandbox, deliver)

    deliver_all(deliver)

    assert running.most == {owner_of(first[0]): 2, owner_of(other[0]): 2}
    converted = [request.source_url.split("/")[-2] for request in sandbox.requests]
    assert converted.index(other[1]) < converted.index(first[2])


def test_a_dead_holders_turn_ends_by_itself(
    uploaded: Send, deliver: Deliver, sandbox: FakeConverter, time: Time
) -> None:
    models = [uploaded() for _ in range(3)]
    for each in models[:2]:
        _die(each)
    deliver()
    assert (status(models[2]), sandbox.requests) == ("converting", [])

    time.pass_(CLAIM_LIFETIME)
    deliver()

    assert sandbox.requests[0].source_url.split("/")[-2] == models[2]
    assert status(models[2]) == "ready"


def test_a_conversion_that_fails_gives_its_turn_to_the_next(
    uploaded: Send, deliver: Deliver, sandbox: FakeConverter, time: Time, db: Cloud
) -> None:
    dead, broken, next_one = [uploaded() for _ in range(3)]
    _die(dead)
    called: list[int] = []

    def fail() -> None:
        called.append(1)
        sandbox.failure = FunctionFailed("Unhandled") if len(called) == 1 else None
        if len(called) == 1:
            deliver()

    sandbox.meanwhile = fail

    deliver()
    deliver()

    assert [status(each) for each in (broken, next_one)] == ["converting", "ready"]


def test_a_deleted_one_keeps_no_other_from_its_turn(
    uploaded: Send, deliver: Deliver, sandbox: FakeConverter, time: Time, api: Api
) -> None:
    first, second, deleted, last = [uploaded() for _ in range(4)]
    seen: list[str] = []

    def delete_while_both_run() -> None:
        if len(sandbox.requests) == 2 and not seen:
            deliver()
            assert api("DELETE", f"/{deleted}").status_code == 200
            seen.append(deleted)
        elif not seen:
            deliver()

    sandbox.meanwhile = delete_while_both_run

    deliver()
    called = len(time.delays)
    deliver()

    assert [status(each) for each in (first, second, last)] == ["ready"] * 3
    assert called == len(time.delays)


def test_waiting_does_not_let_the_version_lapse(
    uploaded: Send, deliver: Deliver, sandbox: FakeConverter, time: Time
) -> None:
    running = [uploaded() for _ in range(2)]
    for each in running:
        _die(each)
    waits = uploaded()
    deliver()
    time.pass_(CLAIM_LIFETIME / 2)
    before = record(waits).due_at

    deliver()

    assert record(waits).converting_since is None
    assert str(record(waits).due_at) > str(before)
    ends = datetime.fromisoformat(str(record(waits).due_at))
    assert ends == time.moment + CONVERSION_LIFETIME


def test_nothing_is_kept_once_nothing_runs_or_waits(
    uploaded: Send, deliver: Deliver, sandbox: FakeConverter, time: Time
) -> None:
    model = uploaded()
    owner = owner_of(model)

    deliver_all(deliver)

    with pytest.raises(TurnsItem.DoesNotExist):
        TurnsItem.get(turns_pk(owner))


def test_a_file_over_the_quota_takes_no_turn(
    uploaded: Send, deliver: Deliver, sandbox: FakeConverter, time: Time, small_plan: Plan
) -> None:
    model = uploaded()
    record(model).update([type(record(model)).counted_bytes.set(-1_000)])

    deliver()

    assert (status(model), sandbox.requests) == ("failed", [])
    with pytest.raises(TurnsItem.DoesNotExist):
        TurnsItem.get(turns_pk(owner_of(model)))


def _die(model_id: str) -> None:
    """Let an invocation claim a version, take its turn and vanish."""
    model = find(model_id)
    assert model is not None
    key = upload_key(model.owner_id, model.id, model.file_name)
    stored = aws.s3().head_object(Bucket=settings.bucket, Key=key)
    assert claim(model, stored["VersionId"], stored["ContentLength"]) is Claim.GRANTED
