"""The message that asks for a mail: written by registration, read by the mailer."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inferx.entities.mail import MailRequest
from inferx.errors import BadInput

GOOD = {"kind": "welcome", "recipient": "ada@example.com", "full_name": None}


@given(recipient=st.text(), full_name=st.none() | st.text())
def test_a_request_is_read_as_it_was_written(recipient: str, full_name: str | None) -> None:
    request = MailRequest("welcome", recipient, full_name)

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
        {**GOOD, "full_name": 7},
    ],
)
def test_any_other_message_is_refused(message: Any) -> None:
    with pytest.raises(BadInput):
        MailRequest.from_dict(message)


def test_no_representation_shows_the_recipient() -> None:
    request = MailRequest("welcome", "ada@example.com", "Ada Example")

    assert "ada@example.com" not in repr(request)
    assert "Ada Example" not in repr(request)
