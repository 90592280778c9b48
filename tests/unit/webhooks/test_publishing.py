"""Events as they are put on the queue."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from inferx.entities.webhooks import LARGEST_BODY
from inferx.errors import Unavailable
from inferx.settings import settings
from inferx.storage.signed import queues, webhooks
from inferx.webhooks.callbacks import Callback
from inferx.webhooks.publishing import has_endpoints, publish


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[Mapping[str, Any]]:
    """Return the messages that are put on the queue."""
    monkeypatch.setitem(vars(settings), "events_queue_url", "https://queue")
    messages: list[Mapping[str, Any]] = []
    monkeypatch.setattr(queues, "send_json", lambda _, body: messages.append(body))
    return messages


def test_an_event_has_its_type_its_time_and_its_data(sent: list[Mapping[str, Any]]) -> None:
    publish("owner", "model.ready", "m1", {"id": "m1", "name": "Gr\u00f6\u00dfe"})

    body = json.loads(sent[0]["body"])
    assert body.keys() == {"type", "timestamp", "data"}
    assert body["type"] == "model.ready"
    assert body["data"] == {"id": "m1", "name": "Gr\u00f6\u00dfe"}


def test_publishing_twice_gives_the_same_id(sent: list[Mapping[str, Any]]) -> None:
    publish("owner", "model.ready", "m1", {"id": "m1"})
    publish("owner", "model.ready", "m1", {"id": "m1"})

    assert [message["id"] for message in sent] == ["model.ready:m1"] * 2


def test_a_callback_goes_with_its_secret(sent: list[Mapping[str, Any]]) -> None:
    publish("owner", "job.finished", "j1", {}, Callback("https://example.com/", "whsec_x"))

    assert sent[0]["callback_url"] == "https://example.com/"
    assert sent[0]["callback_secret"] == "whsec_x"


def test_what_does_not_fit_is_left_out_the_largest_first(sent: list[Mapping[str, Any]]) -> None:
    data = {"id": "j1", "error": "\u00e9" * 8_000, "totals": "b" * 30_000, "status": "failed"}

    publish("owner", "job.finished", "j1", data)

    assert json.loads(sent[0]["body"])["data"].keys() == {"id", "error", "status"}
    assert len(sent[0]["body"].encode()) <= LARGEST_BODY


def test_no_representation_shows_a_callbacks_secret() -> None:
    assert "whsec_x" not in repr(Callback("https://example.com/", "whsec_x"))


def test_where_the_endpoints_cannot_be_read_there_may_be_some(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(_: str) -> bool:
        raise Unavailable

    monkeypatch.setattr(webhooks, "has_endpoints", refuse)

    assert has_endpoints("owner")
