"""Sending mail, through SES."""

import logging

from inferx.settings import settings
from inferx.storage import mail

_log = logging.getLogger(__name__)


def send_email(recipient: str, subject: str, text: str, html: str) -> None:
    """Send one mail; without a verified sender, drop it and log that it was dropped.

    Args:
        recipient: the address it goes to.
        subject: one line.
        text: the message as plain text.
        html: the same message as an HTML document.

    Raises:
        Unavailable: SES did not take it.
    """
    sender = settings.mail_sender
    if not sender:
        _log.info("mail dropped: no sender is configured")
        return
    mail.send(sender, recipient, subject=subject, text=text, html=html)
