"""Opaque credentials: ``{kind}_{id}_{secret}{checksum}``.

The id finds the record, 256 random bits prove the right to it, and thanks to the checksum a
mistyped or truncated copy is refused without a read. The checksum, like the prefix by which
scanners find leaked credentials, follows GitHub's "Behind GitHub's new authentication token
formats" (2021). Only :func:`digest` of the secret is stored: 256 random bits need no slow hash.
"""

import base64
import hashlib
import re
import secrets
import zlib

_SECRET_BYTES = 32
_FORM = re.compile(r"([a-z]+)_([0-9a-f]{32})_([a-z2-7]{52})([a-z2-7]{7})")


def new_secret() -> str:
    """Return 256 random bits as 52 characters of Base32."""
    return encode_secret(secrets.token_bytes(_SECRET_BYTES))


def encode_secret(content: bytes) -> str:
    """Encode bytes in Base32 (RFC 4648, section 6), in lower case and without padding."""
    return base64.b32encode(content).decode().rstrip("=").lower()


def compose(kind: str, identity: str, secret: str) -> str:
    """Return the text of a credential.

    Args:
        kind: ``ifx`` for an API key, ``ifr`` for a refresh token.
        identity: the record's id, in 32 hexadecimal digits.
        secret: as :func:`new_secret` returns it.
    """
    stem = f"{kind}_{identity}_{secret}"
    return stem + _checksum(stem)


def take_apart(kind: str, credential: str) -> tuple[str, str] | None:
    """Return the id and the secret of a credential; ``None`` unless :func:`compose` made it."""
    matched = _FORM.fullmatch(credential)
    if matched is None or matched[1] != kind:
        return None
    if _checksum(credential[: matched.end(3)]) != matched[4]:
        return None
    return matched[2], matched[3]


def digest(secret: str) -> str:
    """Return the SHA-256 of a secret in hexadecimal, which is stored in its place."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _checksum(stem: str) -> str:
    return encode_secret(zlib.crc32(stem.encode()).to_bytes(4))
