"""A process that ends before or after any of its steps loses no delivery."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from inferx.storage.signed import json_api
from inferx.storage.tables import connection
from inferx.webhooks import sending
from inferx.webhooks.publishing import publish
from tests.support.kills import Calls, Killed, Moment
from tests.support.receivers import Receiver, status
from tests.support.webhooks import Clock, Webhooks

FAN_OUT = ["GetItem", "BatchGetItem", "PutItem", "GetItem", "SendMessage"]
ATTEMPT = ["GetItem", "UpdateItem", "GetItem", "post", "UpdateItem"]
FAILED_ATTEMPT = [*ATTEMPT, "SendMessage"]
CLAIM = FAILED_ATTEMPT.index("UpdateItem")
REQUEST = FAILED_ATTEMPT.index("post")


@contextmanager
def counted(calls: Calls) -> Iterator[None]:
    """Send every call to AWS, and every request to a receiver, through ``calls``."""

    def through(name: Callable[..., str], function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            made = name(*arguments)
            return calls.through(made, lambda: function(*arguments, **options))

        return call

    of_pynamodb = connection._Connection._make_api_call
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            connection._Connection,
            "_make_api_call",
            through(lambda _, operation, __: str(operation), of_pynamodb),
        )
        patch.setattr(json_api, "call", through(lambda _, name, __: str(name), json_api.call))
        patch.setattr(sending, "post", through(lambda *_: "post", sending.post))
        yield


def test_taking_an_event_takes_these_calls(
    webhooks: Webhooks, receiver: Receiver, test_user: dict[str, Any]
) -> None:
    webhooks.created(receiver.url)
    publish(test_user["id"], "model.ready", "m1", {})
    calls = Calls()

    with counted(calls):
        webhooks.fan_out()

    assert calls.made == FAN_OUT


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("fatal", range(len(FAN_OUT)))
def test_an_event_whose_process_ends_is_delivered_once_all_the_same(
    webhooks: Webhooks,
    receiver: Receiver,
    test_user: dict[str, Any],
    *,
    fatal: int,
    moment: Moment,
) -> None:
    webhook = webhooks.created(receiver.url)
    publish(test_user["id"], "model.ready", "m1", {})
    with counted(Calls(fatal, moment)), pytest.raises(Killed):
        webhooks.fan_out()

    webhooks.fan_out()
    webhooks.attempt()

    assert len(receiver.received) == 1
    assert [each["status"] for each in webhooks.deliveries(webhook["id"])] == ["delivered"]


@pytest.mark.parametrize("responses", [[], [status(500)]])
def test_an_attempt_takes_these_calls(
    webhooks: Webhooks, receiver: Receiver, test_user: dict[str, Any], responses: list[Any]
) -> None:
    webhooks.created(receiver.url)
    receiver.responses = list(responses)
    publish(test_user["id"], "model.ready", "m1", {})
    webhooks.fan_out()
    calls = Calls()

    with counted(calls):
        webhooks.attempt()

    assert calls.made == (FAILED_ATTEMPT if responses else ATTEMPT)


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("fatal", range(len(FAILED_ATTEMPT)))
def test_an_attempt_whose_process_ends_is_followed_by_the_next(
    webhooks: Webhooks,
    receiver: Receiver,
    test_user: dict[str, Any],
    time: Clock,
    *,
    fatal: int,
    moment: Moment,
) -> None:
    webhook = webhooks.created(receiver.url)
    receiver.responses = [status(500)]
    publish(test_user["id"], "model.ready", "m1", {})
    webhooks.fan_out()
    with counted(Calls(fatal, moment)), pytest.raises(Killed):
        webhooks.attempt()

    for _ in range(4):  # SQS delivers the message again, and then those that follow
        time.pass_seconds(400)
        webhooks.attempt()

    done = 2 * fatal + (moment == "after")  # how many halves of calls
    is_lost = 2 * CLAIM < done <= 2 * REQUEST
    (delivery,) = webhooks.deliveries(webhook["id"])
    assert delivery["status"] == "delivered"
    assert delivery["attempts"] == len(receiver.received) + is_lost
    assert len(receiver.received) == 2


def test_an_attempt_that_another_process_is_making_is_left_to_it(
    webhooks: Webhooks, receiver: Receiver, test_user: dict[str, Any]
) -> None:
    webhook = webhooks.created(receiver.url)
    publish(test_user["id"], "model.ready", "m1", {})
    webhooks.fan_out()
    webhooks.cloud.repeat("DeliveriesQueue")
    with counted(Calls(REQUEST, "before")), pytest.raises(Killed):
        webhooks.attempt()

    webhooks.attempt()  # the same message twice, within the time of the claim
    refused = webhooks.redeliver(webhook["id"], webhooks.deliveries(webhook["id"])[0]["id"])

    assert receiver.received == []
    assert refused.status_code == 409
    assert webhooks.deliveries(webhook["id"])[0]["attempts"] == 1
