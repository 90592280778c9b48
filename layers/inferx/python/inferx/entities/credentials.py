"""Credentials, and counts of failed logins, as they are stored: hashes only, never a secret."""

from dataclasses import dataclass, field
from datetime import datetime

from inferx.entities.mail import TicketPurpose


@dataclass(frozen=True, slots=True)
class ApiKey:
    """One API key.

    Attributes:
        user_id: the owner's.
        name: what the owner calls it.
        prefix: how its text begins, for the owner to recognise it by.
        scopes: what it allows.
        secret_hash: the SHA-256 of its secret, in hexadecimal; no representation shows it.
        expires_at: ``None`` when it never expires.
        last_used_at: accurate to a minute; ``None`` when it has not been used.
        revoked_at: ``None`` unless it has been revoked.
    """

    id: str
    user_id: str
    name: str
    prefix: str
    scopes: frozenset[str]
    secret_hash: str = field(repr=False)
    created_at: datetime
    expires_at: datetime | None = None
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class TokenFamily:
    """A login's refresh token and its successors, of which only the newest is good.

    Times are in seconds since 1970, as access tokens have them.

    Attributes:
        user_id: the owner's.
        epoch: the user's ``session_epoch`` at the login.
        current_hash: the SHA-256 of the newest token's secret.
        previous_hash: that of the token before; ``None`` until the first rotation.
        salt: what the newest token was derived from the one before with.
        rotated_at: when the newest token was given out.
        created_at: when the login was.
        expires_at: when the newest token expires.
    """

    id: str
    user_id: str
    epoch: int
    current_hash: str = field(repr=False)
    rotated_at: int
    created_at: int
    expires_at: int
    previous_hash: str | None = field(default=None, repr=False)
    salt: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Ticket:
    """A token that was sent by mail and is good once.

    Attributes:
        purpose: what it allows.
        user_id: whose it is.
        secret_hash: the SHA-256 of its secret, in hexadecimal; no representation shows it.
        epoch: the user's ``session_epoch`` when it was made.
        expires_at: in seconds since 1970.
    """

    purpose: TicketPurpose
    user_id: str
    secret_hash: str = field(repr=False)
    epoch: int
    expires_at: int


@dataclass(frozen=True, slots=True)
class Counter:
    """How often something has happened, and when last, in seconds since 1970."""

    tally: int
    last_at: int
