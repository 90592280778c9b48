"""Callbacks of new jobs: their address checked, their secret made."""

from inferx.webhooks import checking, signing
from inferx.webhooks.callbacks import Callback


def callback_to(url: str) -> Callback:
    """Return the callback to an address, with a new secret.

    Raises:
        Invalid: webhooks do not go to this address; the fault names ``callback_url``.
    """
    checking.check_url(url, field="callback_url")
    return Callback(url, signing.new_secret())
