"""Showing one model."""

from inferx.errors import NotFound
from inferx.identity.principal import Principal
from inferx.registry import expiry
from inferx.registry.records import owned, wait_until_settled
from inferx.storage.tables.models import ModelItem


def show(principal: Principal, model_id: str, *, wait_seconds: float = 0) -> ModelItem:
    """The caller's model.

    Args:
        principal: who asks; needs the scope ``models:read``.
        model_id: which.
        wait_seconds: how long to hold while it is neither ready nor failed.

    Raises:
        Forbidden: it is another user's, or the scope is missing.
        NotFound: there is no such model, or it was a reservation whose time is over.
    """
    principal.require("models:read")
    item = wait_until_settled(owned(principal, model_id), wait_seconds)
    if expiry.release(item):
        raise NotFound("Model not found")
    return item
