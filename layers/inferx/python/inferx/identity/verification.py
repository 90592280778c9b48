"""Verifying that a user reads the mail of the address that they registered."""

from inferx import clock
from inferx.entities.users import User
from inferx.errors import Forbidden
from inferx.identity import tickets
from inferx.identity.emails import fold_email
from inferx.identity.limits import Limit, enforce, has_room
from inferx.identity.mail_queue import queue_mail
from inferx.settings import settings
from inferx.storage import users
from inferx.storage.tickets import spend
from inferx.storage.transactions import Transaction, transact

ATTEMPTS = Limit("verify", 60, 3600)
# The window is as long as a ticket lives, so that who is refused another mail has one that is good.
MAILS = Limit("verification-mail", 5, tickets.LIFETIMES_S["verification"])


def verify(token: str, ip: str) -> None:
    """Record that the address of a token's user is theirs.

    Raises:
        BadInput: the token is not good, or no longer.
        RateLimited: too many attempts have come from this IP address or its network.
    """
    enforce(ATTEMPTS, ip)
    ticket = tickets.check(token, "verification")

    def record(transaction: Transaction) -> None:
        spend(transaction, ticket, otherwise=tickets.refusal())
        users.mark_verified(transaction, ticket, clock.now(), otherwise=tickets.refusal())

    transact(record)


def require_verified(user: User) -> None:
    """Raise unless the user's address is verified or need not be; send the mail again.

    Args:
        user: whose password has been verified: only they have the mail sent again.

    Raises:
        Forbidden: the address is not verified.
        Unavailable: the mail could not be queued.
    """
    if user.verified_at is not None or not settings.require_verified_email:
        return
    if has_room(MAILS, fold_email(user.email)):
        queue_mail("verification", user.email)
    raise Forbidden(
        "Verify your e-mail address first: follow the mail that has been sent to it, then log in "
        "again."
    )
