"""Mails waiting on the queue, sent through SES; what fails comes again."""

from typing import Any

from inferx.notifications.delivery import deliver
from inferx.queues.events import Event, each_message
from inferx.settings import require

require("MailerFunction", "mail_sender")


def handler(event: Event, _: Any) -> Event:
    """Answer an SQS batch, naming the messages that failed (partial batch response)."""
    return each_message(event, lambda message: deliver(message.body))
