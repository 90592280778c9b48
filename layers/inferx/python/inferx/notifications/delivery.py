"""From a queued message to a sent mail."""

from collections.abc import Mapping
from typing import Any

from inferx.errors import BadInput
from inferx.notifications.email import send_email
from inferx.notifications.welcome import KIND, welcome_letter


def deliver(message: Mapping[str, Any]) -> None:
    """Write and send the mail that a message requests.

    Raises:
        BadInput: there is no mail of this kind.
        Unavailable: the mail service did not accept it.
    """
    if message.get("kind") != KIND:
        raise BadInput("There is no mail of this kind.")
    letter = welcome_letter(message["full_name"])
    send_email(message["recipient"], letter.subject, letter.text, letter.html)
