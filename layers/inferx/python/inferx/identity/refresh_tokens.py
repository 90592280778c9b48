"""Refresh tokens: each login starts a family, in which only the newest token is good.

OAuth 2.0 Security Best Current Practice (RFC 9700), section 4.14.2: a token is spent when it
is used, and a spent one that comes back means that a thief or the owner holds a copy, so the
family ends. Only hashes are stored. The successor of a token is an HMAC of it under a salt that
is drawn at the rotation and kept beside the hashes: so whoever lost the answer and asks again
with the same token gets the same answer, for a moment, without the store knowing it.
"""

import hmac
import secrets
from dataclasses import dataclass

from pynamodb.exceptions import UpdateError

from inferx import clock
from inferx.errors import Unauthenticated
from inferx.identity import opaque
from inferx.identity.access_tokens import LIFETIME_S, issue_access_token
from inferx.identity.users import item_of_user
from inferx.storage.tables.credentials import FamilyItem, family_key
from inferx.storage.tables.users import UserItem
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


def start_family(user: UserItem) -> TokenPair:
    """The first tokens of a login."""
    family_id, secret, moment = secrets.token_hex(16), opaque.new_secret(), _moment()
    FamilyItem(
        family_key(family_id),
        user_id=user.id,
        epoch=user.session_epoch,
        current_hash=opaque.digest(secret),
        rotated_at=moment,
        created_at=moment,
        expires_at=moment + IDLE_S,
        ttl=moment + IDLE_S,
    ).save()
    access = issue_access_token(user.id, issued_at=moment, token_id=secrets.token_hex(16))
    return TokenPair(access, opaque.compose(KIND, family_id, secret))


def refresh(refresh_token: str) -> TokenPair:
    """The next tokens of a family.

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
    if hmac.compare_digest(shown, family.current_hash) and not _rotate(family, secret):
        family = _live_family(family_id)  # another request with this token was faster
    is_previous = hmac.compare_digest(shown, family.previous_hash or "")
    if is_previous and _moment() - family.rotated_at <= GRACE_S:
        return _successors(family_id, family, secret)
    log("warning", "spent refresh token: family revoked", owner_id=family.user_id)
    family.delete()
    raise _refusal()


def revoke(refresh_token: str) -> None:
    """End the family of a token, spent or not; what is no token has none (RFC 7009, 2.2)."""
    parts = opaque.take_apart(KIND, refresh_token)
    if parts is not None:
        FamilyItem(family_key(parts[0])).delete()


def _live_family(family_id: str) -> FamilyItem:
    try:
        family = FamilyItem.get(family_key(family_id), consistent_read=True)
    except FamilyItem.DoesNotExist as error:
        raise _refusal() from error
    user = item_of_user(family.user_id)
    moment = _moment()
    is_over = moment >= family.expires_at or moment >= family.created_at + LONGEST_S
    if is_over or user is None or user.session_epoch != family.epoch:
        raise _refusal()
    return family


def _rotate(family: FamilyItem, secret: str) -> bool:
    """Make the token's successor the current one; whether nobody else did in the meantime."""
    salt, moment = secrets.token_hex(32), _moment()
    try:
        family.update(
            actions=[
                FamilyItem.previous_hash.set(family.current_hash),
                FamilyItem.current_hash.set(opaque.digest(_successor(salt, secret))),
                FamilyItem.salt.set(salt),
                FamilyItem.rotated_at.set(moment),
                FamilyItem.expires_at.set(moment + IDLE_S),
                FamilyItem.ttl.set(moment + IDLE_S),
            ],
            condition=FamilyItem.current_hash == family.current_hash,
        )
    except UpdateError as error:
        if error.cause_response_code != "ConditionalCheckFailedException":
            raise
        return False
    return True


def _successors(family_id: str, family: FamilyItem, secret: str) -> TokenPair:
    salt = str(family.salt)
    token_id = hmac.digest(salt.encode(), f"jti {secret}".encode(), "sha256")[:16].hex()
    access = issue_access_token(family.user_id, issued_at=int(family.rotated_at), token_id=token_id)
    return TokenPair(access, opaque.compose(KIND, family_id, _successor(salt, secret)))


def _successor(salt: str, secret: str) -> str:
    return opaque.encode_secret(hmac.digest(salt.encode(), secret.encode(), "sha256"))


def _moment() -> int:
    return int(clock.now().timestamp())


def _refusal() -> Unauthenticated:
    return Unauthenticated("The refresh token is not valid any more; please log in again.")
