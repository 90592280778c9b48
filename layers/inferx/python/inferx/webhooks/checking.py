"""Checking a URL that a user gives, where it is given."""

from inferx.errors import Invalid
from inferx.webhooks.addresses import NotAllowed, Unreachable, target_of


def check_url(url: str, *, field: str) -> None:
    """Raise unless webhooks may go to this URL.

    Args:
        url: as the user wrote it; its host is resolved.
        field: of the request's body, for the fault.

    Raises:
        Invalid: they may not, or its host has no address.
    """
    try:
        target_of(url)
    except (NotAllowed, Unreachable) as error:
        raise Invalid.field(field, f"The URL {error}.") from error
