"""A new password for those who forgot theirs, by a mail to the account's address.

OWASP Forgot Password Cheat Sheet. Asking does the same for every address, known or not: what it
takes to find the account is done by the mailer, after the response.
"""

from inferx import clock
from inferx.errors import Invalid
from inferx.identity import tickets
from inferx.identity.emails import fold_email
from inferx.identity.limits import Limit, enforce, has_room
from inferx.identity.mail_queue import queue_mail
from inferx.identity.password_policy import password_fault
from inferx.identity.passwords import get_password_hash
from inferx.identity.users import find_active
from inferx.storage import users
from inferx.storage.tickets import spend
from inferx.storage.transactions import Transaction, transact
from inferx.telemetry.log import log

REQUESTS = Limit("forgot", 20, 3600)
ATTEMPTS = Limit("reset", 60, 3600)
# The window is as long as a ticket lives, so that who gets no further mail has one that is good.
MAILS = Limit("reset-mail", 3, tickets.LIFETIMES_S["reset"])


def request_reset(email: str, ip: str) -> None:
    """Have a mail sent that lets its reader set a new password, if the address has an account.

    Args:
        email: the normalised address.
        ip: the address that the request comes from.

    Raises:
        RateLimited: too many requests have come from this IP address or its network.
        Unavailable: the mail could not be queued.
    """
    enforce(REQUESTS, ip)
    if has_room(MAILS, fold_email(email)):
        queue_mail("reset", email)


def reset_password(token: str, password: str, ip: str) -> None:
    """Set a new password and end every session; who has the token reads the address's mail.

    Args:
        token: the mail's.
        password: the new one, as typed.
        ip: the address that the request comes from.

    Raises:
        BadInput: the token is not good, or no longer.
        Invalid: the new password is not acceptable; the token stays good.
        RateLimited: too many attempts have come from this IP address or its network.
    """
    enforce(ATTEMPTS, ip)
    ticket = tickets.check(token, "reset")
    user = find_active(ticket.user_id)
    if user is None:
        raise tickets.refusal()
    fault = password_fault(password, user.email)
    if fault:
        raise Invalid.field("password", fault)
    password_hash = get_password_hash(password)

    def reset(transaction: Transaction) -> None:
        spend(transaction, ticket, otherwise=tickets.refusal())
        users.reset_password(
            transaction, ticket, password_hash, clock.now(), otherwise=tickets.refusal()
        )

    transact(reset)
    log("info", "a password has been reset by mail", owner_id=user.id)
