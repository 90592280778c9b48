"""Showing one model version."""

from collections.abc import Mapping
from typing import Any

from inferx.entities.models import ModelVersion, Status
from inferx.errors import Conflict, NotFound, NotReady
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


def example(principal: Principal, model_id: str) -> Mapping[str, Any]:
    """Return a request body that predictions of the caller's model version take.

    Args:
        principal: the caller; needs the scope ``models:read``.
        model_id: which version.

    Raises:
        Forbidden, NotFound: as :func:`show`.
        NotReady: it has not been converted.
        Conflict: it has no example.
    """
    model = show(principal, model_id)
    if model.status is not Status.READY:
        raise NotReady(f"The model is not ready: its status is {model.status}.")
    found: Mapping[str, Any] | None = (model.manifest or {}).get("example")
    if found is None:
        raise Conflict(
            "The model has no example: it was converted before models had one, or its rows are "
            "very long. Upload it again, with a row of it in samples."
        )
    return found
