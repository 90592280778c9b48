"""The message that asks for a mail: written by registration, read by the mailer."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inferx.entities.mail import MailRequest
from inferx.errors import BadInput

GOOD = {"kind": "welcome", "recipient": "ada@example.com"}


@given(recipient=st.text())
def test_a_request_is_read_as_it_was_written(recipient: str) -> None:
    request = MailRequest("welcome", recipient)

    assert MailRequest.from_dict(json.loads(json.dumps(request.to_dict()))) == request


@pytest.mark.parametrize(
    "message",
    [
        None,
        [],
        "welcome",
        {},
        {"kind": "welcome"},
        {**GOOD, "more": 1},
        {**GOOD, "kind": "goodbye"},
        {**GOOD, "kind": ["welcome"]},
        {**GOOD, "recipient": None},
    ],
)
def test_any_other_message_is_refused(message: Any) -> None:
    with pytest.raises(BadInput):
        MailRequest.from_dict(message)


def test_no_representation_shows_the_recipient() -> None:
    assert "ada@example.com" not in repr(MailRequest("welcome", "ada@example.com"))


def test_a_message_queued_by_an_older_release_is_read_without_the_name() -> None:
    request = MailRequest.from_dict(GOOD | {"full_name": "Ada Example"})

    assert request == MailRequest("welcome", "ada@example.com")
