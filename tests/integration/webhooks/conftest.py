"""Fixtures of the tests of webhooks."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from inferx import clock
from inferx.storage.signed import json_api
from tests.support.gateway import Client
from tests.support.receivers import Receiver, receiving
from tests.support.webhooks import Clock, Webhooks
from tools.cloud import Cloud


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Run a receiver on this machine."""
    with receiving() as running:
        yield running


@pytest.fixture
def time(db: Cloud, monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Replace the domain's clock by one that stands still until the test moves it.

    SQS has a clock of its own, so nothing is kept back there: a message always comes at once, and
    the function finds that it is early.
    """
    ours = Clock(datetime.now(UTC).replace(microsecond=0))
    call = json_api.call

    def without_delay(service: str, operation: str, parameters: Mapping[str, Any]) -> Any:
        delay = parameters.get("DelaySeconds")
        if delay:
            ours.delays.append(timedelta(seconds=delay))
        return call(service, operation, {**parameters, "DelaySeconds": 0} if delay else parameters)

    monkeypatch.setattr(json_api, "call", without_delay)
    monkeypatch.setattr(clock, "now", ours.now)
    return ours


@pytest.fixture
def webhooks(client: Client, db: Cloud, auth_headers: dict[str, str], time: Clock) -> Webhooks:
    """Return the routes of webhooks, called by the test user, and the function that sends."""
    return Webhooks(client, db, auth_headers)


@pytest.fixture
def owner(test_user: dict[str, Any]) -> str:
    """Return the test user's id."""
    user_id: str = test_user["id"]
    return user_id
