"""Deliveries made again by hand: the same body and id, a new time."""

import json
from typing import Any

import pytest

from inferx.webhooks.retrying import RETRIES
from tests.support.receivers import Receiver, status
from tests.support.webhooks import Clock, Webhooks


@pytest.mark.parametrize("responses", [[], [status(500)] * 7])
def test_a_delivery_that_has_ended_can_be_made_again(
    webhooks: Webhooks,
    receiver: Receiver,
    owner: str,
    time: Clock,
    *,
    responses: list[Any],
) -> None:
    webhook = webhooks.created(receiver.url)
    receiver.responses = list(responses)
    webhooks.send(owner)
    for pause in RETRIES:
        time.pass_seconds(pause.total_seconds() * 1.1 + 1)
        webhooks.attempt()
    before = webhooks.latest(webhook)

    response = webhooks.redeliver(webhook["id"], before["id"])
    webhooks.attempt()

    assert response.status_code == 202
    assert response.json()["data"]["delivery"]["status"] == "pending"
    last = receiver.received[-1]
    assert last.headers["webhook-id"] == before["id"]
    assert int(last.headers["webhook-timestamp"]) == int(time.moment.timestamp())
    assert last.body == receiver.received[0].body
    assert json.loads(last.body)["data"] == {"id": "m1"}
    assert webhooks.latest(webhook)["status"] == "delivered"
    assert webhooks.latest(webhook)["attempts"] == before["attempts"] + 1


def test_a_delivery_that_waits_can_be_made_now_and_is_made_once(
    webhooks: Webhooks, receiver: Receiver, owner: str, time: Clock
) -> None:
    webhook = webhooks.created(receiver.url)
    receiver.responses = [status(500)]
    webhooks.send(owner)

    webhooks.redeliver(webhook["id"], webhooks.latest(webhook)["id"])
    webhooks.attempt()
    time.pass_seconds(6)
    webhooks.attempt()

    assert len(receiver.received) == 2
    assert webhooks.latest(webhook)["status"] == "delivered"


def test_a_delivery_of_another_webhook_is_not_found(
    webhooks: Webhooks, receiver: Receiver, owner: str
) -> None:
    webhook, other = webhooks.created(receiver.url), webhooks.created(receiver.url)
    webhooks.send(owner)
    (delivery,) = webhooks.deliveries(other["id"])

    assert webhooks.redeliver(webhook["id"], delivery["id"]).status_code == 404
