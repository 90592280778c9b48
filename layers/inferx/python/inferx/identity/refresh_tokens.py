"""Refresh tokens: each login starts a family, in which only the newest token is good.

OAuth 2.0 Security Best Current Practice (RFC 9700), section 4.14.2: a token is spent when it is
used, and a spent one that comes back means that a thief or the owner holds a copy, so the family
ends. Only hashes are stored. A token's successor is an HMAC of it under a salt that is drawn at
the rotation and kept beside the hashes. So a client that lost the response and sends the same
token again gets the same response for a moment, although no token is stored.
"""

import hmac
import secrets
from dataclasses import dataclass, replace

from inferx import clock
from inferx.entities.credentials import TokenFamily
from inferx.entities.users import User
from inferx.errors import Unauthenticated
from inferx.identity import opaque
from inferx.identity.access_tokens import LIFETIME_S, issue_access_token
from inferx.identity.users import find_active
from inferx.storage import credentials
from inferx.telemetry.log import log

KIND = "ifr"
GRACE_S = 30
IDLE_S = 30 * 86_400
LONGEST_S = 180 * 86_400


@dataclass(frozen=True, slots=True)
class TokenPair:
    """What a login or a refresh gives; ``expires_in`` is the access token's life in seconds."""

    access_token: str
    refresh_token: str
    expires_in: int = LIFETIME_S


def start_family(user: User) -> TokenPair:
    """Return the first tokens of a login."""
    secret, moment = opaque.new_secret(), _moment()
    family = TokenFamily(
        id=secrets.token_hex(16),
        user_id=user.id,
        epoch=user.session_epoch,
        current_hash=opaque.digest(secret),
        rotated_at=moment,
        created_at=moment,
        expires_at=moment + IDLE_S,
    )
    credentials.add_family(family)
    access = issue_access_token(user.id, issued_at=moment, token_id=secrets.token_hex(16))
    return TokenPair(access, opaque.compose(KIND, family.id, secret))


def refresh(refresh_token: str) -> TokenPair:
    """Return the next tokens of a family.

    Raises:
        Unauthenticated: the token is unknown, expired, revoked or spent; a spent one ends its
            family.
    """
    parts = opaque.take_apart(KIND, refresh_token)
    if parts is None:
        raise _refusal()
    family_id, secret = parts
    family = _live_family(family_id)
    shown = opaque.digest(secret)
    if hmac.compare_digest(shown, family.current_hash):
        # When another request with this token is faster, its rotation is the one that counts.
        family = _rotate(family, secret) or _live_family(family_id)
    is_previous = hmac.compare_digest(shown, family.previous_hash or "")
    if is_previous and _moment() - family.rotated_at <= GRACE_S:
        return _successors(family, secret)
    log("warning", "a spent refresh token was used; its family is revoked", owner_id=family.user_id)
    credentials.remove_family(family_id)
    raise _refusal()


def revoke(refresh_token: str) -> None:
    """End the family of a token, spent or not; what is no token has none (RFC 7009, 2.2)."""
    parts = opaque.take_apart(KIND, refresh_token)
    if parts is not None:
        credentials.remove_family(parts[0])


def _live_family(family_id: str) -> TokenFamily:
    family = credentials.find_family(family_id)
    if family is None:
        raise _refusal()
    user = find_active(family.user_id)
    moment = _moment()
    is_over = moment >= family.expires_at or moment >= family.created_at + LONGEST_S
    if is_over or user is None or user.session_epoch != family.epoch:
        raise _refusal()
    return family


def _rotate(family: TokenFamily, secret: str) -> TokenFamily | None:
    """Make the token's successor the current one; ``None`` if another request has done so."""
    salt, moment = secrets.token_hex(32), _moment()
    rotated = replace(
        family,
        previous_hash=family.current_hash,
        current_hash=opaque.digest(_successor(salt, secret)),
        salt=salt,
        rotated_at=moment,
        expires_at=moment + IDLE_S,
    )
    return rotated if credentials.replace_family(family, rotated) else None


def _successors(family: TokenFamily, secret: str) -> TokenPair:
    assert family.salt is not None  # stored with every previous_hash
    token_id = hmac.digest(family.salt.encode(), f"jti {secret}".encode(), "sha256")[:16].hex()
    access = issue_access_token(family.user_id, issued_at=family.rotated_at, token_id=token_id)
    return TokenPair(access, opaque.compose(KIND, family.id, _successor(family.salt, secret)))


def _successor(salt: str, secret: str) -> str:
    return opaque.encode_secret(hmac.digest(salt.encode(), secret.encode(), "sha256"))


def _moment() -> int:
    return int(clock.now().timestamp())


def _refusal() -> Unauthenticated:
    return Unauthenticated("The refresh token is no longer valid; please log in again.")
