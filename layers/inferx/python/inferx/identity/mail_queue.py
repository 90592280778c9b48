"""Asking for a mail: it is written and sent later, so no response depends on who has an account."""

from inferx.entities.mail import MailKind, MailRequest
from inferx.settings import settings
from inferx.storage.queues import send_json


def queue_mail(kind: MailKind, recipient: str) -> None:
    """Put the request for a mail on the queue.

    Raises:
        Unavailable: the queue did not take it.
    """
    send_json(settings.mail_queue_url, MailRequest(kind, recipient).to_dict())
