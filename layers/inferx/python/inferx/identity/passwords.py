"""Passwords as they are stored: bcrypt over a SHA-256 of the password.

bcrypt alone reads at most 72 bytes and stops at a zero byte, so it is given the Base64 of a
hash: 44 characters whatever the password. Unicode passwords are normalised first (NIST SP
800-63B-4, section 3.1.1.2), so that the same characters typed on another keyboard match.
"""

import base64
import hashlib
import re
import unicodedata

import bcrypt

from inferx.settings import settings

_BCRYPT = re.compile(r"\$2[aby]\$(0[4-9]|[12]\d|3[01])\$[./A-Za-z0-9]{53}")
# The salt and digest of a hash that no password has; bcrypt takes as long over them.
_UNMATCHABLE = "." * 22 + "/" * 31


def normalize_password(password: str) -> str:
    """Return the password in normalisation form NFKC (Unicode Annex 15)."""
    return unicodedata.normalize("NFKC", password)


def get_password_hash(password: str, cost: int | None = None) -> str:
    """Return the hash that is stored in a password's place.

    Args:
        password: any text; the policy has already refused what UTF-8 cannot encode.
        cost: bcrypt's work factor; the stack's setting when not given.
    """
    salt = bcrypt.gensalt(settings.bcrypt_cost if cost is None else cost)
    return bcrypt.hashpw(_prehash(password), salt).decode()


def verify_password(password: str, password_hash: str) -> bool:
    """Report whether the hash is of this password; no password matches what is no bcrypt hash."""
    if not _BCRYPT.fullmatch(password_hash):
        return False
    return bcrypt.checkpw(_prehash(password), password_hash.encode())


def verify_or_spend(password: str, password_hash: str | None) -> bool:
    """Verify a password, taking the time of one check at the present cost whenever it is wrong.

    A refusal takes as long for an unknown user (``None``), and for one whose hash is older and
    cheaper, as for any other: checks at costs c, c, c+1 … n-1 add up to exactly one at cost n.
    """
    goal = settings.bcrypt_cost
    if password_hash is None:
        verify_password(password, f"$2b${goal:02}${_UNMATCHABLE}")
        return False
    if verify_password(password, password_hash):
        return True
    for cost in range(_cost(password_hash), goal):
        verify_password(password, f"$2b${cost:02}${_UNMATCHABLE}")
    return False


def needs_rehash(password_hash: str) -> bool:
    """Report whether the hash was made at a lower cost than the present one."""
    return _cost(password_hash) < settings.bcrypt_cost


def _cost(password_hash: str) -> int:
    matched = _BCRYPT.fullmatch(password_hash)
    return int(matched[1]) if matched else settings.bcrypt_cost


def _prehash(password: str) -> bytes:
    # "surrogatepass": half a surrogate pair is a wrong password like any other, and no error.
    encoded = normalize_password(password).encode("utf-8", "surrogatepass")
    return base64.b64encode(hashlib.sha256(encoded).digest())
