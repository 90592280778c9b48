"""The keys that sign access tokens, stored in one secret and rotated without logging anyone out.

The secret is ``{"kid", "key", "signs_from"?, "previous"?: {…}}``. A new key is accepted at
once and signs only from ``signs_from`` on, when every warm container has read the secret again;
its predecessor is accepted until the last token that it signed has expired.
"""

from dataclasses import dataclass
from typing import Any

from inferx import clock
from inferx.settings import settings
from inferx.storage.signed.secrets import read_json

MAX_AGE_S = 300


@dataclass(frozen=True, slots=True)
class SigningKey:
    """One key; ``signs_from`` is in seconds since 1970."""

    kid: str
    key: str
    signs_from: int = 0


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The accepted keys, newest first."""

    keys: tuple[SigningKey, ...]

    def signing(self, moment: float) -> SigningKey:
        """Return the key to sign with: the newest whose ``signs_from`` has come."""
        due = [key for key in self.keys if key.signs_from <= moment]
        return (due or list(self.keys))[0]

    def find(self, kid: object) -> SigningKey | None:
        """Return the accepted key with this id; ``None`` when there is none."""
        return next((key for key in self.keys if key.kid == kid), None)


@dataclass
class _Kept:
    ring: KeyRing | None = None
    read_at: float = 0


_kept = _Kept()


def key_ring() -> KeyRing:
    """Return the accepted keys, as they were at most five minutes ago.

    Raises:
        Unavailable: they are older and Secrets Manager does not respond.
    """
    moment = clock.now().timestamp()
    if _kept.ring is None or moment - _kept.read_at >= MAX_AGE_S:
        _kept.ring = parse(read_json(settings.signing_keys_secret))
        _kept.read_at = moment
    return _kept.ring


def parse(document: dict[str, Any]) -> KeyRing:
    """Return the key ring that the secret's JSON describes."""
    keys = []
    each: dict[str, Any] | None = document
    while each:
        keys.append(SigningKey(each["kid"], each["key"], int(each.get("signs_from", 0))))
        each = each.get("previous")
    return KeyRing(tuple(keys))


def forget() -> None:
    """Drop the keys that were read; for tests."""
    _kept.ring = None
