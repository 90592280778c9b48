"""From a queued message to a sent mail."""

from inferx.entities.mail import MailRequest
from inferx.notifications.email import send_email
from inferx.notifications.welcome import welcome_letter


def deliver(message: object) -> None:
    """Write and send the mail that a message asks for.

    Args:
        message: what :meth:`MailRequest.to_dict` wrote, as read from the queue.

    Raises:
        BadInput: the message asks for no mail that is known here.
        Unavailable: the mail service did not take it.
    """
    request = MailRequest.from_dict(message)
    letter = welcome_letter(request.full_name)
    send_email(request.recipient, letter.subject, letter.text, letter.html)
