"""Events of models: one for each conversion that ends, however it ends; none holds it up."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest

from inferx.errors import Unavailable
from inferx.storage.functions import FunctionFailed
from inferx.storage.signed import queues
from inferx.storage.tables.models import ModelItem
from tests.integration.models.conftest import Api, Reserve, Upload, make_overdue, record, send
from tests.support.fake_converter import FakeConverter
from tests.support.gateway import Client
from tools.cloud import Cloud

type Deliver = Callable[[], list[Any]]
type Published = Callable[[], list[Any]]


@pytest.fixture(autouse=True)
def webhook(client: Client, auth_headers: dict[str, str]) -> None:
    """Create an endpoint of the test user."""
    body = {"url": "http://127.0.0.1:9/", "events": ["model.ready", "model.failed"]}
    response = client.post("/api/v1/webhooks", json=body, headers=auth_headers)
    assert response.status_code == 201, response.text


@pytest.fixture
def published(db: Cloud) -> Published:
    """Return the events on the queue, each by its id and its data, and take them from it."""

    def call() -> list[Any]:
        sqs, found = boto3.client("sqs"), []
        url = db.physical["EventsQueue"]
        while messages := sqs.receive_message(QueueUrl=url).get("Messages", []):
            for message in messages:
                body = json.loads(message["Body"])
                found.append((body["id"], json.loads(body["body"])["data"]))
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return found

    return call


@pytest.fixture
def broken_queue() -> Iterator[pytest.MonkeyPatch]:
    """Let the events' queue take nothing, until it is undone."""

    def refuse(*_: Any, **__: Any) -> None:
        raise Unavailable

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(queues, "send_json", refuse)
        yield patch


def test_a_model_that_becomes_ready_is_announced(upload: Upload, published: Published) -> None:
    model = upload()

    ((event_id, data),) = published()

    assert event_id == f"model.ready:{model['id']}"
    assert data["status"] == "ready"
    assert (data["name"], data["version"]) == ("iris", 1)
    assert data["error"] is None


def test_a_refused_file_is_announced_with_the_reason(
    upload: Upload, sandbox: FakeConverter, published: Published
) -> None:
    sandbox.outcome = {"status": "refused", "detail": "The file is no pickle."}

    model = upload()

    ((event_id, data),) = published()
    assert event_id == f"model.failed:{model['id']}"
    assert data["error"] == "The file is no pickle."


def test_a_conversion_that_fails_for_reasons_of_ours_is_announced(
    reserve: Reserve, db: Cloud, sandbox: FakeConverter, published: Published
) -> None:
    data = reserve()
    send(data["upload"])
    sandbox.failure = FunctionFailed("Unhandled")

    db.deliver("IngestQueue", "IngestFunction", receives=3)

    ((event_id, _),) = published()
    assert event_id == f"model.failed:{data['model']['id']}"


def test_a_file_over_the_quota_is_announced(
    reserve: Reserve, deliver: Deliver, small_plan: Any, published: Published
) -> None:
    reserve(file_size=60)
    data = reserve()
    send(data["upload"], b"x" * 50)

    deliver()

    ((event_id, _),) = published()
    assert event_id == f"model.failed:{data['model']['id']}"


def test_a_message_that_comes_again_announces_again_under_the_same_id(
    reserve: Reserve, deliver: Deliver, db: Cloud, published: Published
) -> None:
    send(reserve()["upload"])
    db.repeat("IngestQueue")

    deliver()
    deliver()

    assert len({event_id for event_id, _ in published()}) == 1


def test_an_owner_without_webhooks_costs_no_message(
    upload: Upload, other_headers: dict[str, str], published: Published
) -> None:
    upload(other_headers)

    assert published() == []


def test_a_queue_that_fails_holds_up_no_conversion_and_gets_the_event_later(
    reserve: Reserve,
    deliver: Deliver,
    broken_queue: pytest.MonkeyPatch,
    published: Published,
) -> None:
    data = reserve()
    send(data["upload"])
    responses = deliver()
    status = record(data["model"]["id"]).status
    broken_queue.undo()

    deliver()

    assert any(response["batchItemFailures"] for response in responses)
    assert status == "ready"
    assert [event_id for event_id, _ in published()] == [f"model.ready:{data['model']['id']}"]


@pytest.mark.parametrize("first_fails", [False, True])
def test_a_lost_conversion_is_announced_by_whatever_ends_it(
    reserve: Reserve,
    deliver: Deliver,
    sandbox: FakeConverter,
    *,
    api: Api,
    broken_queue: pytest.MonkeyPatch,
    published: Published,
    first_fails: bool,
) -> None:
    data = reserve()
    send(data["upload"])
    sandbox.failure = FunctionFailed("Unhandled")
    deliver()
    model_id = data["model"]["id"]
    record(model_id).update([ModelItem.converting_since.set("2020-01-01T00:00:00Z")])
    make_overdue(model_id)
    if first_fails:
        assert api("GET").status_code == 200
        assert record(model_id).status == "failed"
    broken_queue.undo()

    api("GET")

    assert [event_id for event_id, _ in published()] == [f"model.failed:{model_id}"]
