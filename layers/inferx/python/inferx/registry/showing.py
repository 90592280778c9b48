"""Showing one model version."""

from inferx.entities.models import ModelVersion
from inferx.errors import NotFound
from inferx.identity.principal import Principal
from inferx.registry import expiry
from inferx.registry.records import owned, wait_until_settled


def show(principal: Principal, model_id: str, *, wait_seconds: float = 0) -> ModelVersion:
    """Return the caller's model version.

    Args:
        principal: the caller; needs the scope ``models:read``.
        model_id: which version.
        wait_seconds: how long to wait at most while it is neither ready nor failed.

    Raises:
        Forbidden: it is another user's, or the scope is missing.
        NotFound: there is no such version, or it was a reservation whose time is over.
    """
    principal.require("models:read")
    model = wait_until_settled(owned(principal, model_id), wait_seconds)
    if expiry.release(model):
        raise NotFound("Model not found")
    return model
