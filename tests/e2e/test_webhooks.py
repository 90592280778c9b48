"""Webhooks of the deployed stack: a receiver on this machine learns that a model is ready."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.conftest import Http
from tests.e2e.test_main_path import ready_model
from tests.support.receivers import Receiver, receiving, status

pytestmark = pytest.mark.slow

LONGEST_S = 60.0


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Run a receiver on this machine."""
    with receiving() as running:
        yield running


@pytest.fixture
def webhook(user_http: Http, receiver: Receiver) -> dict[str, Any]:
    """Return an endpoint of the user that is the receiver."""
    body = {"url": receiver.url, "events": ["model.ready", "job.finished"]}
    response = user_http.post("/api/v1/webhooks", json=body)
    assert response.status_code == 201, response.text
    created: dict[str, Any] = response.json()["data"]["webhook"]
    return created


def test_a_model_that_becomes_ready_is_announced_retried_and_announced_again(
    user_http: Http, receiver: Receiver, webhook: dict[str, Any]
) -> None:
    receiver.responses = [status(500)]
    model = ready_model(user_http, "iris")
    path = f"/api/v1/webhooks/{webhook['id']}/deliveries"

    refused, retried = receiver.next(LONGEST_S), receiver.next(LONGEST_S)
    message_id = retried.headers["webhook-id"]
    asked = user_http.post(f"{path}/{message_id}/redeliver")
    again = receiver.next(LONGEST_S)

    assert refused.verified(webhook["secret"])["data"]["id"] == model["id"]
    for request in (retried, again):
        assert request.verified(webhook["secret"])["type"] == "model.ready"
        assert request.headers["webhook-id"] == refused.headers["webhook-id"]
        assert request.body == refused.body
    assert asked.status_code == 202
    (delivery,) = user_http.get(path).json()["data"]["deliveries"]
    assert delivery["id"] == message_id
    assert delivery["attempts"] == 3


def test_a_jobs_own_callback_is_sent_its_outcome(user_http: Http, receiver: Receiver) -> None:
    model = ready_model(user_http, "iris")
    body = {"input": [5.1, 3.5, 1.4, 0.2], "callback_url": receiver.url}

    submitted = user_http.post(f"/api/v1/predict/async/{model['id']}", json=body)
    request = receiver.next(LONGEST_S)

    sent = request.verified(submitted.json()["callback_secret"])
    assert sent["type"] == "job.finished"
    assert sent["data"]["id"] == submitted.json()["job"]["id"]
    assert sent["data"]["status"] == "succeeded"


def test_the_stack_refuses_an_address_inside(user_http: Http) -> None:
    for url in ("https://169.254.169.254/", "https://10.0.0.1/", "http://10.0.0.1/"):
        body = {"url": url, "events": ["model.ready"]}

        assert user_http.post("/api/v1/webhooks", json=body).status_code == 422
