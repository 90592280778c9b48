"""Access tokens: short-lived JWTs, signed with HMAC-SHA-256 and nothing else.

RFC 8725 ("JSON Web Token Best Current Practices") rules: the algorithm is fixed here and not
read from the token, every claim is required, and ``typ`` rules out other kinds of token.
"""

import base64
import re

import jwt

from inferx.errors import Unauthenticated
from inferx.identity.signing_keys import key_ring

LIFETIME_S = 900
_ALGORITHM = "HS256"
_ISSUER = "inferx"
_AUDIENCE = "inferx-api"
_TYPE = "access"
_CLAIMS = ["iss", "aud", "sub", "exp", "iat", "jti", "typ"]
_SKEW_S = 2  # by how much containers' clocks may differ
_FORM = re.compile(r"[\w-]{1,1000}\.[\w-]{1,3000}\.([\w-]{43})", re.ASCII)


def issue_access_token(user_id: str, *, issued_at: int, token_id: str) -> str:
    """Return an access token for a user; the same arguments give the same token.

    Args:
        user_id: the user's id.
        issued_at: the present time, in seconds since 1970; the token lives 15 minutes from then.
        token_id: this token's own id, its claim ``jti``.

    Raises:
        Unavailable: the signing keys cannot be read.
    """
    key = key_ring().signing(issued_at)
    claims = {
        "iss": _ISSUER,
        "aud": _AUDIENCE,
        "sub": user_id,
        "exp": issued_at + LIFETIME_S,
        "iat": issued_at,
        "jti": token_id,
        "typ": _TYPE,
    }
    return jwt.encode(claims, key.key, algorithm=_ALGORITHM, headers={"kid": key.kid})


def user_of_access_token(token: str) -> str:
    """Return the id of the user that the token was issued to.

    Raises:
        Unauthenticated: with the reason ``expired`` if the token was once good, else ``invalid``.
        Unavailable: the signing keys cannot be read.
    """
    if not _is_canonical(token):
        raise Unauthenticated(reason="invalid")
    try:
        key = key_ring().find(jwt.get_unverified_header(token).get("kid"))
        if key is None:
            raise Unauthenticated(reason="invalid")
        claims = jwt.decode(
            token,
            key.key,
            algorithms=[_ALGORITHM],
            audience=_AUDIENCE,
            issuer=_ISSUER,
            leeway=_SKEW_S,
            options={"require": _CLAIMS, "strict_aud": True},
        )
    except jwt.ExpiredSignatureError as error:
        raise Unauthenticated(reason="expired") from error
    except jwt.PyJWTError as error:
        raise Unauthenticated(reason="invalid") from error
    if claims["typ"] != _TYPE or not claims["sub"]:
        raise Unauthenticated(reason="invalid")
    return str(claims["sub"])


def _is_canonical(token: str) -> bool:
    # 43 characters of Base64 hold two bits more than a signature, and decoders ignore them, so four
    # spellings of one token would be accepted. Only the one that was issued is.
    matched = _FORM.fullmatch(token)
    if matched is None:
        return False
    signature = base64.urlsafe_b64decode(matched[1] + "=")
    return base64.urlsafe_b64encode(signature).decode().rstrip("=") == matched[1]
