"""The address that one job's outcome is sent to."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Callback:
    """A job's own webhook.

    Attributes:
        url: where.
        secret: signs the request (``whsec_…``).
    """

    url: str
    secret: str


def callback_to(url: str) -> Callback:
    """Return the callback to an address, with a new secret."""
    return Callback(url, "whsec_")
