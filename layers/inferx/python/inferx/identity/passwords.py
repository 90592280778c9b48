"""Passwords at rest: bcrypt over a SHA-256 of the password.

bcrypt alone would read 72 bytes at most and stop at a zero byte, so it is given the Base64 of
a hash: 44 characters whatever the password. NIST SP 800-63B-4, section 3.1.1.2: Unicode
passwords are normalised first, so that the same characters typed on another keyboard match.
"""

import base64
import hashlib
import re
import unicodedata

import bcrypt

from inferx.settings import settings

_BCRYPT = re.compile(r"\$2[aby]\$(0[4-9]|[12]\d|3[01])\$[./A-Za-z0-9]{53}")
# The salt and digest of a hash that no password has; bcrypt spends its time on them all the same.
_NOBODY = "." * 22 + "/" * 31


def normalize_password(password: str) -> str:
    """The password's characters in normalisation form NFKC (Unicode Annex 15)."""
    return unicodedata.normalize("NFKC", password)


def get_password_hash(password: str, cost: int | None = None) -> str:
    """The hash to keep of a password.

    Args:
        password: any text; one that UTF-8 cannot write is refused before, by the policy.
        cost: bcrypt's work factor; the stack's setting when not given.
    """
    salt = bcrypt.gensalt(settings.bcrypt_cost if cost is None else cost)
    return bcrypt.hashpw(_prehash(password), salt).decode()


def verify_password(password: str, password_hash: str) -> bool:
    """Whether the hash is of this password. What is no bcrypt hash is nobody's."""
    if not _BCRYPT.fullmatch(password_hash):
        return False
    return bcrypt.checkpw(_prehash(password), password_hash.encode())


def verify_or_spend(password: str, password_hash: str | None) -> bool:
    """Like :func:`verify_password`, in the time of one check at the present cost.

    For an unknown user (``None``) and for one whose hash is older and cheaper, a refusal takes
    as long as any other: costs c, c, c+1 … n-1 add up to exactly one of cost n.
    """
    goal = settings.bcrypt_cost
    if password_hash is None:
        verify_password(password, f"$2b${goal:02}${_NOBODY}")
        return False
    if verify_password(password, password_hash):
        return True
    for cost in range(_cost(password_hash), goal):
        verify_password(password, f"$2b${cost:02}${_NOBODY}")
    return False


def needs_rehash(password_hash: str) -> bool:
    """Whether the hash was made at a lower cost than the present one."""
    return _cost(password_hash) < settings.bcrypt_cost


def _cost(password_hash: str) -> int:
    matched = _BCRYPT.fullmatch(password_hash)
    return int(matched[1]) if matched else settings.bcrypt_cost


def _prehash(password: str) -> bytes:
    # "surrogatepass": half a surrogate pair must not make a login fail otherwise than by a no.
    encoded = normalize_password(password).encode("utf-8", "surrogatepass")
    return base64.b64encode(hashlib.sha256(encoded).digest())
