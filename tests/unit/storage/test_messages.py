"""Messages and mails that AWS does not take are Unavailable."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError

from inferx.errors import Unavailable
from inferx.storage import aws, mail, queues

FAILURES = [
    ClientError({"Error": {"Code": "AWS.SimpleQueueService.NonExistentQueue"}}, "SendMessage"),
    ClientError({"Error": {"Code": "Throttling"}}, "SendEmail"),
    ClientError({"Error": {"Code": "AccessDenied"}}, "SendEmail"),
    EndpointConnectionError(endpoint_url="https://sqs"),
    ReadTimeoutError(endpoint_url="https://ses"),
]


def send_message() -> None:
    queues.send_json("https://sqs/queue", {})


def send_mail() -> None:
    mail.send("a@example.com", "b@example.com", subject="s", text="t", html="h")


@pytest.mark.parametrize("failure", FAILURES, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize(("client", "send"), [(aws.sqs, send_message), (aws.ses, send_mail)])
def test_what_is_not_taken_is_unavailable(
    monkeypatch: pytest.MonkeyPatch,
    client: Callable[[], Any],
    send: Callable[[], None],
    failure: Exception,
) -> None:
    def fail(*_: object) -> None:
        raise failure

    monkeypatch.setattr(client(), "_make_api_call", fail)

    with pytest.raises(Unavailable):
        send()
