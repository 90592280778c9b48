"""Which passwords are accepted: NIST SP 800-63B-4, section 3.1.1.2.

A password must be long enough and hard to guess; it need not mix classes of characters.
"""

import gzip
import re
from functools import cache
from importlib.resources import files

from inferx.identity.passwords import normalize_password

MIN_LENGTH = 8
MAX_LENGTH = 128
_NAME_PART_LENGTH = 3


@cache
def common_passwords() -> frozenset[str]:
    """Return the bundled list: common passwords of eight characters or more, in lower case."""
    packed = files("inferx.identity").joinpath("common_passwords.txt.gz").read_bytes()
    return frozenset(gzip.decompress(packed).decode().splitlines())


def password_fault(password: str, email: str = "") -> str | None:
    """Return why a password is refused, as a sentence; ``None`` when it is accepted.

    Args:
        password: as the user typed it; each Unicode code point counts as a character.
        email: the user's address, of which the password must not be made.
    """
    try:
        text = normalize_password(password)
        text.encode()
    except UnicodeEncodeError:
        return "Password must be valid Unicode text"
    if len(text) < MIN_LENGTH:
        return f"Password must be at least {MIN_LENGTH} characters long"
    if len(text) > MAX_LENGTH:
        return f"Password must be at most {MAX_LENGTH} characters long"
    if text.strip().casefold() in common_passwords() or len(set(text)) == 1:
        return "Password is too common and would be guessed first"
    if email and _is_made_of(text.casefold(), email.casefold()):
        return "Password must not be made of the email address"
    return None


def _is_made_of(password: str, email: str) -> bool:
    """Report whether the address's parts are all of the password but a few digits or signs."""
    name = email.rpartition("@")[0]
    pieces = [piece for piece in re.split(r"[\W_]+", name) if len(piece) >= _NAME_PART_LENGTH]
    left = password
    for part in (email, name, *sorted(pieces, key=len, reverse=True)):
        if len(part) >= _NAME_PART_LENGTH:
            left = left.replace(part, "")
    untouched = left == password
    return not untouched and len(left) < MIN_LENGTH and not any(map(str.isalpha, left))
