"""The welcome mail: queued when a user registers, written when the queue is worked off."""

import html
import logging

from inferx.errors import Unavailable
from inferx.notifications.letter import Letter
from inferx.settings import settings
from inferx.storage.queues import send_json

KIND = "welcome"

_log = logging.getLogger(__name__)


def queue_welcome(recipient: str, full_name: str | None) -> None:
    """Ask for the welcome mail; a queue that does not answer is logged and costs only the mail."""
    message = {"kind": KIND, "recipient": recipient, "full_name": full_name}
    try:
        send_json(settings.mail_queue_url, message)
    except Unavailable:
        _log.warning("a welcome mail could not be queued")


def welcome_letter(full_name: str | None) -> Letter:
    """The welcome mail's text."""
    greeting = f"Hello {full_name}," if full_name else "Hello,"
    lines = [
        "your InferX account is ready.",
        "Log in, upload a trained model, and call it as an HTTPS API a moment later.",
        "If you did not register, somebody mistyped an address; you need not do anything.",
    ]
    paragraphs = "".join(f"<p>{html.escape(line)}</p>" for line in (greeting, *lines))
    return Letter(
        subject="Welcome to InferX",
        text="\n\n".join([greeting, *lines]) + "\n",
        html=f"<!doctype html><html><body>{paragraphs}</body></html>",
    )
