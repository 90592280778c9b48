"""Deliveries: signed, sent once, retried by the timetable, and shown."""

import boto3
import pytest

from inferx.webhooks.callbacks import Callback
from inferx.webhooks.publishing import publish
from inferx.webhooks.retrying import RETRIES
from tests.support.receivers import Receiver, status
from tests.support.webhooks import Clock, Webhooks


def test_an_event_arrives_signed(webhooks: Webhooks, receiver: Receiver, owner: str) -> None:
    webhook = webhooks.created(receiver.url)

    webhooks.send(owner, "m1")

    (request,) = receiver.received
    assert request.request_line == "POST /hook HTTP/1.1"
    assert request.headers["host"] == f"127.0.0.1:{receiver.port}"
    assert request.headers["content-type"] == "application/json"
    assert request.verified(webhook["secret"])["data"] == {"id": "m1"}
    delivery = webhooks.latest(webhook)
    assert delivery["id"] == request.headers["webhook-id"]
    assert delivery["status"] == "delivered"
    assert delivery["event"] == "model.ready"
    assert delivery["attempts"] == 1
    assert delivery["response_status"] == 204
    assert delivery["next_attempt_at"] is None


def test_only_the_owners_endpoints_that_want_the_event_get_it(
    webhooks: Webhooks, receiver: Receiver, owner: str
) -> None:
    webhooks.created(receiver.url, ["job.finished"])

    webhooks.send(owner)
    webhooks.send("another")

    assert receiver.received == []


def test_a_jobs_own_callback_gets_its_event(
    webhooks: Webhooks, receiver: Receiver, owner: str
) -> None:
    secret = "whsec_" + "c2Vj" * 8

    publish(owner, "job.finished", "j1", {"id": "j1"}, Callback(receiver.url, secret))
    webhooks.fan_out()
    webhooks.attempt()

    assert receiver.received[0].verified(secret)["type"] == "job.finished"


def test_an_endpoint_and_a_callback_get_one_delivery_each(
    webhooks: Webhooks, receiver: Receiver, owner: str
) -> None:
    webhooks.created(receiver.url)
    callback = Callback(receiver.url, "whsec_" + "c2Vj" * 8)

    publish(owner, "job.finished", "j1", {"id": "j1"}, callback)
    webhooks.fan_out()
    webhooks.attempt()

    assert len({request.headers["webhook-id"] for request in receiver.received}) == 2


def test_an_event_that_is_published_twice_is_delivered_once(
    webhooks: Webhooks, receiver: Receiver, owner: str
) -> None:
    webhook = webhooks.created(receiver.url)

    webhooks.send(owner, "m1")
    webhooks.send(owner, "m1")

    assert len(receiver.received) == 1
    assert len(webhooks.deliveries(webhook["id"])) == 1


@pytest.mark.parametrize("queue", ["EventsQueue", "DeliveriesQueue"])
def test_a_message_that_comes_twice_makes_one_attempt(
    webhooks: Webhooks, receiver: Receiver, owner: str, queue: str
) -> None:
    webhooks.created(receiver.url)
    publish(owner, "model.ready", "m1", {"id": "m1"})
    if queue == "DeliveriesQueue":
        webhooks.fan_out()
    webhooks.cloud.repeat(queue)

    webhooks.fan_out()
    webhooks.attempt()
    webhooks.attempt()

    assert len(receiver.received) == 1


def test_after_a_rotation_both_secrets_verify_for_a_day(
    webhooks: Webhooks, receiver: Receiver, owner: str, time: Clock
) -> None:
    old = webhooks.created(receiver.url)
    new = webhooks.rotate(old["id"]).json()["data"]["webhook"]

    webhooks.send(owner, "m1")
    both = receiver.received[0].headers["webhook-signature"].split(" ")
    time.pass_seconds(24 * 3_600)
    webhooks.send(owner, "m2")

    assert receiver.received[0].verified(old["secret"])["data"] == {"id": "m1"}
    assert receiver.received[0].verified(new["secret"])["data"] == {"id": "m1"}
    assert len(both) == 2
    assert len(receiver.received[1].headers["webhook-signature"].split(" ")) == 1


def test_a_failed_attempt_is_retried_with_the_same_id_and_a_new_time(
    webhooks: Webhooks, receiver: Receiver, owner: str, time: Clock
) -> None:
    webhook = webhooks.created(receiver.url)
    receiver.responses = [status(500)]

    webhooks.send(owner)
    failed = webhooks.latest(webhook)
    time.pass_seconds(6)
    webhooks.attempt()

    assert failed["status"] == "pending"
    assert failed["response_status"] == 500
    assert "500" in failed["error"]
    first, second = (request.headers for request in receiver.received)
    assert first["webhook-id"] == second["webhook-id"]
    assert int(second["webhook-timestamp"]) == int(first["webhook-timestamp"]) + 6
    assert receiver.received[0].body == receiver.received[1].body
    assert webhooks.latest(webhook)["status"] == "delivered"
    assert webhooks.latest(webhook)["error"] is None


def test_a_message_that_comes_early_waits_on(
    webhooks: Webhooks, receiver: Receiver, owner: str, time: Clock
) -> None:
    webhooks.created(receiver.url)
    receiver.responses = [status(500)] * 3
    webhooks.send(owner)
    time.pass_seconds(6)
    webhooks.attempt()
    time.pass_seconds(331)
    webhooks.attempt()

    time.delays.clear()
    webhooks.attempt()  # half an hour too early
    time.pass_seconds(1_000)
    webhooks.attempt()

    assert len(receiver.received) == 3
    longest, rest = (delay.total_seconds() for delay in time.delays)
    assert longest == 900  # the longest that SQS takes
    assert 600 < rest <= 900


def test_a_receiver_that_never_responds_well_is_given_up_after_the_timetable(
    webhooks: Webhooks, receiver: Receiver, owner: str, time: Clock
) -> None:
    webhook = webhooks.created(receiver.url)
    receiver.responses = [status(500)] * 9

    webhooks.send(owner)
    for pause in RETRIES:
        time.pass_seconds(pause.total_seconds() * 1.1 + 1)
        webhooks.attempt()
    time.pass_seconds(100_000)
    webhooks.attempt()

    assert len(receiver.received) == 7
    delivery = webhooks.latest(webhook)
    assert delivery["status"] == "dead"
    assert delivery["attempts"] == 7
    assert delivery["next_attempt_at"] is None


@pytest.mark.parametrize("code", [301, 302, 307, 400, 404, 500])
def test_any_status_but_2xx_is_a_failure_and_no_redirect_is_followed(
    webhooks: Webhooks, receiver: Receiver, owner: str, code: int
) -> None:
    webhook = webhooks.created(receiver.url)
    receiver.responses = [status(code, location=f"http://127.0.0.1:{receiver.port}/elsewhere")]

    webhooks.send(owner)

    assert len(receiver.received) == 1
    assert webhooks.latest(webhook)["status"] == "pending"
    assert webhooks.latest(webhook)["response_status"] == code


def test_410_disables_the_webhook(webhooks: Webhooks, receiver: Receiver, owner: str) -> None:
    webhook = webhooks.created(receiver.url)
    receiver.responses = [status(410)]

    webhooks.send(owner, "m1")
    webhooks.send(owner, "m2")

    assert len(receiver.received) == 1
    (shown,) = webhooks.all()
    assert shown["is_active"] is False
    assert shown["disabled_reason"] == "The address responded 410 Gone."
    delivery = webhooks.latest(webhook)
    assert delivery["status"] == "dead"
    assert webhooks.redeliver(webhook["id"], delivery["id"]).status_code == 409


@pytest.mark.parametrize("code", [429, 503])
def test_retry_after_is_honoured(
    webhooks: Webhooks, receiver: Receiver, owner: str, time: Clock, code: int
) -> None:
    webhooks.created(receiver.url)
    receiver.responses = [status(code, retry_after="60")]

    webhooks.send(owner)
    time.pass_seconds(59)
    webhooks.attempt()
    early = len(receiver.received)
    time.pass_seconds(1)
    webhooks.attempt()

    assert early == 1
    assert len(receiver.received) == 2


def test_nothing_more_is_sent_to_a_deleted_webhook(
    webhooks: Webhooks, receiver: Receiver, owner: str, time: Clock
) -> None:
    webhook = webhooks.created(receiver.url)
    receiver.responses = [status(500)]
    webhooks.send(owner)
    webhooks.delete(webhook["id"])

    time.pass_seconds(6)
    webhooks.attempt()
    webhooks.attempt()

    assert len(receiver.received) == 1


def test_an_address_that_has_become_private_is_not_connected_to(
    webhooks: Webhooks, receiver: Receiver, owner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    webhook = webhooks.created(receiver.url)
    monkeypatch.setattr(
        "inferx.webhooks.addresses.socket.getaddrinfo",
        lambda host, port, **_: [(2, 1, 6, "", ("10.0.0.1", port))],
    )

    webhooks.send(owner)

    assert receiver.received == []
    assert webhooks.latest(webhook)["error"] == "The URL must begin with https://."


def test_the_last_deliveries_are_shown_newest_first(
    webhooks: Webhooks, receiver: Receiver, owner: str, time: Clock
) -> None:
    webhook = webhooks.created(receiver.url)
    for number in range(3):
        webhooks.send(owner, f"m{number}")
        time.pass_seconds(1)

    times = [delivery["created_at"] for delivery in webhooks.deliveries(webhook["id"])]

    assert times == sorted(times, reverse=True)
    assert len(times) == 3


def test_an_attempts_message_names_its_account_so_that_none_holds_up_the_others(
    webhooks: Webhooks, receiver: Receiver, owner: str
) -> None:
    webhooks.created(receiver.url)
    publish(owner, "model.ready", "m1", {"id": "m1"})

    webhooks.fan_out()

    (message,) = boto3.client("sqs").receive_message(
        QueueUrl=webhooks.cloud.physical["DeliveriesQueue"],
        MessageSystemAttributeNames=["MessageGroupId"],
    )["Messages"]
    assert message["Attributes"]["MessageGroupId"] == owner
