"""Opaque credentials: ``{kind}_{id}_{secret}{checksum}``.

The id finds the record, 256 random bits prove the right to it, and the checksum lets a typing
error or a cut-off copy be refused without looking anything up; its idea, like the prefix that
lets scanners find leaked credentials, is from GitHub's "Behind GitHub's new authentication
token formats" (2021). Only :func:`digest` of the secret is stored: 256 random bits need no
slow hash.
"""

import base64
import hashlib
import re
import secrets
import zlib

_SECRET_BYTES = 32
_FORM = re.compile(r"([a-z]+)_([0-9a-f]{32})_([a-z2-7]{52})([a-z2-7]{7})")


def new_secret() -> str:
    """256 random bits, in Base32's 52 characters."""
    return encode_secret(secrets.token_bytes(_SECRET_BYTES))


def encode_secret(content: bytes) -> str:
    """Bytes as a credential shows them: Base32 (RFC 4648, section 6), small, without padding."""
    return base64.b32encode(content).decode().rstrip("=").lower()


def compose(kind: str, identity: str, secret: str) -> str:
    """The credential.

    Args:
        kind: what it is for, ``ifx`` or ``ifr``.
        identity: 32 hexadecimal digits.
        secret: what :func:`new_secret` made.
    """
    stem = f"{kind}_{identity}_{secret}"
    return stem + _checksum(stem)


def take_apart(kind: str, credential: str) -> tuple[str, str] | None:
    """The id and the secret of a credential; ``None`` when it was not made by :func:`compose`."""
    matched = _FORM.fullmatch(credential)
    if matched is None or matched[1] != kind:
        return None
    if _checksum(credential[: matched.end(3)]) != matched[4]:
        return None
    return matched[2], matched[3]


def digest(secret: str) -> str:
    """The SHA-256 of a secret, in hexadecimal: what is stored of it."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _checksum(stem: str) -> str:
    return encode_secret(zlib.crc32(stem.encode()).to_bytes(4))
