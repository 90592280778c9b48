"""Tickets: tokens sent by mail, each good once, that prove that someone reads an address's mail.

A user has at most one ticket for each purpose: a newer one replaces it. Only a hash is stored. A
ticket is tied to the user's ``session_epoch``, so it ends when the password changes or the account
closes.
"""

import hmac
from collections.abc import Mapping
from uuid import UUID

from inferx import clock
from inferx.entities.credentials import Ticket
from inferx.entities.mail import TicketPurpose
from inferx.entities.users import User
from inferx.errors import BadInput
from inferx.identity import opaque
from inferx.storage import tickets

LIFETIMES_S: Mapping[TicketPurpose, int] = {"verification": 86_400, "reset": 1_800}
_KINDS: Mapping[TicketPurpose, str] = {"verification": "ifv", "reset": "ifp"}


def issue(user: User, purpose: TicketPurpose) -> str:
    """Return a new token for a user; an earlier one for the same purpose is good no more."""
    secret = opaque.new_secret()
    ticket = Ticket(
        purpose=purpose,
        user_id=user.id,
        secret_hash=opaque.digest(secret),
        epoch=user.session_epoch,
        expires_at=_moment() + LIFETIMES_S[purpose],
    )
    tickets.put(ticket)
    return opaque.compose(_KINDS[purpose], UUID(user.id).hex, secret)


def check(token: str, purpose: TicketPurpose) -> Ticket:
    """Return the ticket of a token, which is not spent by that.

    Raises:
        BadInput: it is not good, or not for this purpose, or no longer.
    """
    parts = opaque.take_apart(_KINDS[purpose], token)
    if parts is None:
        raise refusal()
    ticket = tickets.find(purpose, str(UUID(parts[0])))
    if ticket is None or not hmac.compare_digest(ticket.secret_hash, opaque.digest(parts[1])):
        raise refusal()
    if _moment() >= ticket.expires_at:
        raise refusal()
    return ticket


def refusal() -> BadInput:
    """Return the one error for every token that is not good."""
    return BadInput("This token is not valid or has been used; ask for another mail.")


def _moment() -> int:
    return int(clock.now().timestamp())
