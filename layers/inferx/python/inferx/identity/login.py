"""Logging in, and changing the password."""

from inferx.entities.users import User
from inferx.errors import Fault, Invalid, Unauthenticated
from inferx.identity import throttle
from inferx.identity.emails import fold_email
from inferx.identity.password_policy import password_fault
from inferx.identity.passwords import get_password_hash, needs_rehash, verify_or_spend
from inferx.identity.refresh_tokens import TokenPair, start_family
from inferx.identity.users import find_active_by_email, find_user
from inferx.identity.verification import require_verified
from inferx.storage.users import replace_password_hash


def log_in(email: str, password: str, ip: str) -> TokenPair:
    """Return tokens for the user with this address and password.

    An unknown address and a wrong password get the same response after the same work.

    Args:
        email: the normalised address.
        password: as typed.
        ip: the address that the attempt comes from.

    Raises:
        Unauthenticated: no user has this address, or the password is wrong.
        Forbidden: the password is right, and the address has to be verified first.
        RateLimited: too many attempts have failed before.
    """
    folded = fold_email(email)
    attempt = throttle.begin(folded, ip)
    user = find_active_by_email(folded)
    if not verify_or_spend(password, user.password_hash if user else None) or user is None:
        attempt.record_failure()
        raise Unauthenticated("Incorrect email or password", reason="password")
    attempt.record_success()
    require_verified(user)
    if needs_rehash(user.password_hash):
        replace_password_hash(user, get_password_hash(password), ends_sessions=False)
    return start_family(user)


def change_password(user_id: str, current: str, new: str, ip: str) -> None:
    """Set a new password and end every session: refresh tokens given out before stop working.

    Args:
        user_id: the user's.
        current: the current password, as typed.
        new: the new one, as typed.
        ip: the address that the attempt comes from.

    Raises:
        Unauthenticated: the current password is wrong.
        Invalid: the new password is not acceptable.
        RateLimited: too many attempts have failed before.
    """
    user = verify_password(user_id, current, ip)
    fault = password_fault(new, user.email)
    if fault:
        raise Invalid([Fault(("body", "new_password"), fault)])
    if not replace_password_hash(user, get_password_hash(new), ends_sessions=True):
        raise wrong_password()  # another request has changed it since it was verified


def verify_password(user_id: str, password: str, ip: str) -> User:
    """Return the user, whose password this is.

    Args:
        user_id: the user's id.
        password: as typed.
        ip: the address that the attempt comes from.

    Raises:
        Unauthenticated: the password is wrong.
        RateLimited: too many attempts have failed before.
    """
    user = find_user(user_id)
    attempt = throttle.begin(fold_email(user.email), ip)
    if not verify_or_spend(password, user.password_hash):
        attempt.record_failure()
        raise wrong_password()
    attempt.record_success()
    return user


def wrong_password() -> Unauthenticated:
    """Return the error for a current password that is not the account's."""
    return Unauthenticated("The current password is incorrect", reason="password")
