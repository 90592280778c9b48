"""SQS: write each queued mail and send it through SES; SQS delivers again what fails."""

from typing import Any

from inferx.notifications.delivery import deliver
from inferx.queues.events import Event, each_message
from inferx.settings import require

require("MailerFunction", "users_table", "credentials_table", "mail_sender", "account_page_url")


def handler(event: Event, context: Any) -> Event:
    """Handle an SQS batch and name the messages that failed (partial batch response)."""
    return each_message(event, context, lambda message: deliver(message.body))
