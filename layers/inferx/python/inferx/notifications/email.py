"""Mail, sent through SES."""

from inferx.settings import settings
from inferx.storage import mail
from inferx.telemetry.log import log


def send_email(recipient: str, subject: str, text: str, html: str) -> None:
    """Send one mail, or drop it with a log line when no sender is configured.

    Args:
        recipient: the address it goes to.
        subject: one line.
        text: the message as plain text.
        html: the same message as an HTML document.

    Raises:
        Unavailable: SES did not accept it.
    """
    sender = settings.mail_sender
    if not sender:
        log("info", "mail dropped: no sender is configured")
        return
    mail.send(sender, recipient, subject=subject, text=text, html=html)
