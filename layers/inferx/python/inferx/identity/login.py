"""Logging in, and changing the password."""

from pynamodb.exceptions import UpdateError
from pynamodb.expressions.update import Action

from inferx.errors import Fault, Invalid, Unauthenticated
from inferx.identity.emails import fold_email
from inferx.identity.password_policy import password_fault
from inferx.identity.passwords import get_password_hash, needs_rehash, verify_or_spend
from inferx.identity.refresh_tokens import TokenPair, start_family
from inferx.identity.throttle import Attempt
from inferx.identity.users import item_of_email, item_of_user
from inferx.storage.tables.users import UserItem


def log_in(email: str, password: str, ip: str) -> TokenPair:
    """Tokens for the user with this address and password.

    An unknown address and a wrong password give the same answer after the same work.

    Args:
        email: the normalised address.
        password: as typed.
        ip: where the attempt comes from.

    Raises:
        Unauthenticated: no such address, or not its password.
        RateLimited: too many failures before this.
    """
    folded = fold_email(email)
    attempt = Attempt(folded, ip)
    user = item_of_email(folded)
    if not verify_or_spend(password, user.password_hash if user else None) or user is None:
        attempt.failed()
        raise Unauthenticated("Incorrect email or password", reason="password")
    attempt.succeeded()
    if needs_rehash(user.password_hash):
        _replace_hash(user, get_password_hash(password))
    return start_family(user)


def change_password(user_id: str, current: str, new: str, ip: str) -> None:
    """Set a new password; every refresh token given out before is dead from then on.

    Raises:
        Unauthenticated: the current password is wrong.
        Invalid: the new one is not good enough.
        RateLimited: too many failures before this.
    """
    user = item_of_user(user_id)
    if user is None:
        raise Unauthenticated(reason="revoked")
    attempt = Attempt(fold_email(user.email), ip)
    if not verify_or_spend(current, user.password_hash):
        attempt.failed()
        raise _wrong_password()
    attempt.succeeded()
    fault = password_fault(new, user.email)
    if fault:
        raise Invalid([Fault(("body", "new_password"), fault)])
    if not _replace_hash(user, get_password_hash(new), ends_sessions=True):
        raise _wrong_password()


def _wrong_password() -> Unauthenticated:
    return Unauthenticated("The current password is incorrect", reason="password")


def _replace_hash(user: UserItem, password_hash: str, *, ends_sessions: bool = False) -> bool:
    """Store another hash unless the password was changed since ``user`` was read."""
    actions: list[Action] = [UserItem.password_hash.set(password_hash)]
    if ends_sessions:
        actions.append(UserItem.session_epoch.add(1))
    try:
        user.update(actions, condition=UserItem.password_hash == user.password_hash)
    except UpdateError as error:
        if error.cause_response_code != "ConditionalCheckFailedException":
            raise
        return False
    return True
