"""From a credential to a principal: all that the authorizer does, kept light for its cold start."""

import hmac

from inferx import clock
from inferx.errors import Unauthenticated
from inferx.identity import opaque
from inferx.identity.access_tokens import user_of_access_token
from inferx.identity.principal import SCOPES, Principal
from inferx.storage.signed.api_keys import find_api_key, record_use
from inferx.storage.signed.users import is_open

API_KEY_KIND = "ifx"
USE_RECORDED_EVERY_S = 60


def authenticate(credential: str) -> Principal:
    """Return the principal that an access token or API key stands for.

    Raises:
        Unauthenticated: the credential is not good; the reason is ``expired``, ``expired_key``,
            ``revoked``, ``closed`` or ``invalid``.
        Unavailable: DynamoDB or Secrets Manager does not respond.
    """
    if credential.startswith(f"{API_KEY_KIND}_"):
        return _owner_of_api_key(credential)
    user_id = user_of_access_token(credential)
    if not is_open(user_id):
        raise Unauthenticated(reason="closed")
    return Principal(user_id, frozenset(SCOPES), "access_token")


def _owner_of_api_key(credential: str) -> Principal:
    parts = opaque.take_apart(API_KEY_KIND, credential)
    if parts is None:
        raise Unauthenticated(reason="invalid")
    key_id, secret = _with_dashes(parts[0]), parts[1]
    record = find_api_key(key_id)
    if record is None or not hmac.compare_digest(record.secret_hash, opaque.digest(secret)):
        raise Unauthenticated(reason="invalid")
    if record.is_revoked:
        raise Unauthenticated(reason="revoked")
    if record.is_suspended:
        raise Unauthenticated(reason="closed")
    moment = int(clock.now().timestamp())
    if record.expires_at is not None and moment >= record.expires_at:
        raise Unauthenticated(reason="expired_key")
    since = moment - USE_RECORDED_EVERY_S
    if record.last_used_at <= since:
        record_use(key_id, moment, since)
    return Principal(record.user_id, record.scopes, "api_key")


def _with_dashes(digits: str) -> str:
    """Return a UUID's text form (RFC 9562, section 4), given its 32 digits."""
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
