"""From a queued message to a sent mail."""

from inferx.entities.mail import MailRequest, TicketPurpose
from inferx.entities.users import User
from inferx.identity import tickets
from inferx.identity.emails import fold_email
from inferx.identity.users import find_active_by_email
from inferx.notifications.email import send_email
from inferx.notifications.letter import Letter
from inferx.notifications.token_letters import reset_letter, verification_letter
from inferx.notifications.welcome import welcome_letter
from inferx.telemetry.log import log


def deliver(message: object) -> None:
    """Write and send the mail that a message asks for.

    A mail with a token goes to the address as its account has it. Another spelling that compares
    as equal may be another person's.

    Args:
        message: what :meth:`MailRequest.to_dict` wrote, as read from the queue.

    Raises:
        BadInput: the message asks for no mail that is known here.
        Unavailable: the mail service or the store did not respond.
    """
    request = MailRequest.from_dict(message)
    if request.kind == "welcome":
        _send(request.recipient, welcome_letter())
        return
    user = find_active_by_email(fold_email(request.recipient))
    if user is None or (request.kind == "verification" and user.verified_at is not None):
        log("info", "mail dropped: no open account needs it")
        return
    _send(user.email, _with_token(user, request.kind))


def _with_token(user: User, purpose: TicketPurpose) -> Letter:
    write = reset_letter if purpose == "reset" else verification_letter
    return write(tickets.issue(user, purpose))


def _send(recipient: str, letter: Letter) -> None:
    send_email(recipient, letter.subject, letter.text, letter.html)
