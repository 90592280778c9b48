"""Which passwords are good enough: NIST SP 800-63B-4, section 3.1.1.2.

Length counts and being guessable counts; mixing character classes does not.
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
    """The bundled list: passwords of eight characters or more, in lower case."""
    packed = files("inferx.identity").joinpath("common_passwords.txt.gz").read_bytes()
    return frozenset(gzip.decompress(packed).decode().splitlines())


def password_fault(password: str, email: str = "") -> str | None:
    """Why a password is refused, as a sentence; ``None`` when it is good.

    Args:
        password: as the user typed it; each Unicode code point counts as a character.
        email: the user's address, whose name must not be all of the password.
    """
    try:
        text = normalize_password(password)
        text.encode()
    except UnicodeEncodeError:
        return "Password must be text that Unicode can write"
    if len(text) < MIN_LENGTH:
        return f"Password must be at least {MIN_LENGTH} characters long"
    if len(text) > MAX_LENGTH:
        return f"Password must be at most {MAX_LENGTH} characters long"
    if text.strip().casefold() in common_passwords() or len(set(text)) == 1:
        return "Password is too common; others guess it first"
    if email and _is_made_of(text.casefold(), email.casefold()):
        return "Password must not be made of the email address"
    return None


def _is_made_of(password: str, email: str) -> bool:
    """Whether little but a number or some signs is left once the address's parts are taken out."""
    name = email.rpartition("@")[0]
    pieces = [piece for piece in re.split(r"[\W_]+", name) if len(piece) >= _NAME_PART_LENGTH]
    left = password
    for part in (email, name, *sorted(pieces, key=len, reverse=True)):
        if len(part) >= _NAME_PART_LENGTH:
            left = left.replace(part, "")
    untouched = left == password
    return not untouched and len(left) < MIN_LENGTH and not any(map(str.isalpha, left))
