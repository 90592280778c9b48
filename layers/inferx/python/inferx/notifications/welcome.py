"""The welcome mail: queued when a user registers, written when the queue is processed."""

import html

from inferx.errors import Unavailable
from inferx.notifications.letter import Letter
from inferx.settings import settings
from inferx.storage.queues import send_json
from inferx.telemetry.log import log

KIND = "welcome"


def queue_welcome(recipient: str, full_name: str | None) -> None:
    """Queue the welcome mail; when the queue does not answer, log it and go without the mail."""
    message = {"kind": KIND, "recipient": recipient, "full_name": full_name}
    try:
        send_json(settings.mail_queue_url, message)
    except Unavailable as error:
        log("warning", "a welcome mail could not be queued", error=error)


def welcome_letter(full_name: str | None) -> Letter:
    """Return the welcome mail's text."""
    greeting = f"Hello {full_name}," if full_name else "Hello,"
    lines = [
        "your InferX account is ready.",
        "Log in, upload a trained model, and call it as an HTTPS API a moment later.",
        "If you did not register, another person mistyped their address; you need not do anything.",
    ]
    paragraphs = "".join(f"<p>{html.escape(line)}</p>" for line in (greeting, *lines))
    return Letter(
        subject="Welcome to InferX",
        text="\n\n".join([greeting, *lines]) + "\n",
        html=f"<!doctype html><html><body>{paragraphs}</body></html>",
    )
