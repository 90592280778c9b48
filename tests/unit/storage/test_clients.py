"""The AWS clients: how long they wait, how often they try, and when they stop."""

from collections.abc import Callable
from contextvars import copy_context
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from inferx import deadline
from inferx.errors import Unavailable
from inferx.storage import aws, functions, queues
from inferx.storage.item_keys import user_key
from inferx.storage.tables.connection import connection
from inferx.storage.tables.users import UserItem

BEHIND_THE_API: dict[str, Callable[[], Any]] = {
    "s3": aws.s3,
    "sqs": aws.sqs,
    "ses": aws.ses,
    "dynamodb": lambda: connection().client,
}
FUNCTION_S = 29
PAUSES_S = 3  # what botocore's pauses add up to at most


@pytest.fixture(autouse=True)
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Return the pauses that botocore would have taken."""
    pauses: list[float] = []
    monkeypatch.setattr("botocore.endpoint.time.sleep", pauses.append)
    return pauses


def silence(client: Any) -> list[Any]:
    """Let every request of the client time out; return the list of them, filled as they come."""
    requests: list[Any] = []

    def time_out(request: Any, **_: Any) -> None:
        requests.append(request)
        raise ReadTimeoutError(endpoint_url=request.url)

    client.meta.events.register("before-send", time_out)
    return requests


@pytest.mark.parametrize("name", BEHIND_THE_API)
def test_a_call_gives_up_well_before_the_functions_time_is_over(name: str) -> None:
    config = BEHIND_THE_API[name]().meta.config
    attempt = config.connect_timeout + config.read_timeout
    longest = config.retries["total_max_attempts"] * attempt + PAUSES_S

    assert longest <= FUNCTION_S * 2 / 3


def test_a_conversion_that_times_out_is_not_asked_for_again() -> None:
    requests = silence(aws.functions())

    with pytest.raises(Unavailable):
        functions.invoke("convert", {}, tenant="owner")

    assert len(requests) == 1


def test_the_longest_conversion_is_waited_for() -> None:
    client: Any = aws.functions()

    assert client.meta.config.read_timeout > 300


def test_a_silent_queue_is_tried_twice() -> None:
    requests = silence(aws.sqs())

    with pytest.raises(Unavailable):
        queues.send_json("https://sqs.us-east-1.amazonaws.com/123456789012/MailQueue", {})

    assert len(requests) == 2


def read_user() -> None:
    UserItem.get(user_key("1"))


def send_mail() -> None:
    queues.send_json("https://sqs.us-east-1.amazonaws.com/123456789012/MailQueue", {})


CALLS = [
    pytest.param(BEHIND_THE_API["dynamodb"], read_user, id="dynamodb"),
    pytest.param(BEHIND_THE_API["sqs"], send_mail, id="sqs"),
]


@pytest.mark.parametrize(("client", "call"), CALLS)
def test_no_call_begins_after_the_deadline(
    client: Callable[[], Any], call: Callable[[], None]
) -> None:
    requests = silence(client())

    def late() -> None:
        deadline.start(0)
        with pytest.raises(Unavailable):
            call()

    copy_context().run(late)

    assert requests == []


@pytest.mark.parametrize(("client", "call"), CALLS)
def test_no_retry_begins_after_the_deadline(
    client: Callable[[], Any], call: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    requests = silence(client())
    moment = 0.0
    monkeypatch.setattr(deadline, "monotonic", lambda: moment)

    def pause(_: float) -> None:
        nonlocal moment
        moment += FUNCTION_S

    monkeypatch.setattr("botocore.endpoint.time.sleep", pause)

    def slow() -> None:
        deadline.start(FUNCTION_S)
        with pytest.raises(Unavailable):
            call()

    copy_context().run(slow)

    assert len(requests) == 1
