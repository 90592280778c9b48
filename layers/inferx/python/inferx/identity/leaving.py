"""Closing one's own account for good: it is removed soon afterwards."""

from inferx.errors import Unavailable
from inferx.identity.closing import close_for_removal
from inferx.identity.login import verify_password
from inferx.settings import settings
from inferx.storage import functions
from inferx.telemetry.log import log


def leave(user_id: str, password: str, ip: str) -> None:
    """Close an account at once and have everything of it removed.

    Args:
        user_id: the user's.
        password: the current password, as typed.
        ip: the address that the request comes from.

    Raises:
        Unauthenticated: the password is wrong, or the account is closed.
        RateLimited: too many attempts have failed before.
        Unavailable: the store does not respond; the account is as it was, unless the next attempt
            finds it closed.
    """
    user = verify_password(user_id, password, ip)
    close_for_removal(user_id, user.password_hash)
    log("info", "an account is closed for good", owner_id=user_id)
    try:
        functions.start(settings.reconcile_function, {"owner_id": user_id})
    except Unavailable as error:
        # The account is closed and marked, so the request has succeeded: the nightly job goes on.
        log("warning", "a removal could not be started", owner_id=user_id, error=error)
