"""Events on their way to the webhooks."""

from collections.abc import Mapping
from typing import Any

from inferx.webhooks.callbacks import Callback


def publish(
    owner_id: str,
    event: str,
    subject_id: str,
    data: Mapping[str, Any],
    callback: Callback | None = None,
) -> None:
    """Queue an event for the owner's endpoints."""


def has_endpoints(_owner_id: str) -> bool:
    """Return whether the owner has any endpoint."""
    return False
