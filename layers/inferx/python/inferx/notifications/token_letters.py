"""The mails that bring a token: to verify an address, and to set a new password.

A token stands behind the ``#`` of a link, which browsers send to no server, so no log has it.
"""

from inferx.notifications.letter import Letter, letter
from inferx.settings import settings


def verification_letter(token: str) -> Letter:
    """Return the mail that verifies its recipient's address."""
    return letter(
        "Verify your address for InferX",
        [
            "welcome to InferX. Verify your e-mail address to log in, within a day:",
            *_way("verify", token),
            "If you did not register, do nothing: no one can log in with your address.",
        ],
    )


def reset_letter(token: str) -> Letter:
    """Return the mail that lets its recipient set a new password."""
    return letter(
        "Set a new password for InferX",
        [
            "someone asked for a new password for your InferX account. Set it within 30 minutes:",
            *_way("reset", token),
            "If it was not you, do nothing: your password stays as it is.",
        ],
    )


def _way(action: str, token: str) -> list[str]:
    """Return how to use a token: the link to the operator's page, or the call without one."""
    page = settings.account_page_url
    if page:
        return [f"{page}#{action}={token}"]
    return [f"Send this token to POST /api/v1/auth/{action}:", token]
