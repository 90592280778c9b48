"""The users whose accounts are open."""

from inferx.entities.users import User
from inferx.errors import Unauthenticated
from inferx.storage import users

_NO_USER = "00000000-0000-0000-0000-000000000000"


def find_user(user_id: str) -> User:
    """Return the user of a principal.

    Raises:
        Unauthenticated: the account has been closed since the credential was issued.
    """
    user = find_active(user_id)
    if user is None:
        raise Unauthenticated(reason="closed")
    return user


def find_active(user_id: str) -> User | None:
    """Return the user with this id; ``None`` when there is none or the account is closed."""
    user = users.find(user_id)
    return user if user is not None and user.is_active else None


def find_active_by_email(folded: str) -> User | None:
    """Return the user with this address; ``None`` when there is none or the account is closed.

    An unknown address takes as many reads as a known one, so that time does not give it away.

    Args:
        folded: the e-mail address, case-folded.
    """
    return find_active(users.find_id_by_email(folded) or _NO_USER)
