"""Finding model versions, checking who may see them, waiting for their conversion."""

import time
from contextlib import suppress

from inferx import deadline
from inferx.entities.models import ModelVersion
from inferx.errors import Forbidden, NotFound, Unavailable
from inferx.identity.principal import Principal
from inferx.ids import is_id
from inferx.storage.models import versions


def find(model_id: str) -> ModelVersion | None:
    """Return the version with this id; ``None`` when there is none, or it is no id."""
    return versions.find(model_id) if is_id(model_id) else None


def owned(principal: Principal, model_id: str) -> ModelVersion:
    """Return the caller's own version.

    Raises:
        NotFound: there is no such version.
        Forbidden: it is another user's.
    """
    model = _existing(model_id)
    if model.owner_id != principal.user_id:
        raise Forbidden("You do not have permission to access this model")
    return model


def wait_until_settled(model: ModelVersion, seconds: float) -> ModelVersion:
    """Wait until the version is ready or failed, or the time is over.

    A read that fails is tried again; what was read last stands.

    Args:
        model: as last read.
        seconds: how long to wait at most; the invocation's own deadline may be nearer.

    Raises:
        NotFound: it was deleted in the meantime.
    """
    end = time.monotonic() + deadline.remaining(seconds)
    pause = 0.1
    while not model.status.is_settled and time.monotonic() + pause < end:
        time.sleep(pause)
        pause = min(pause * 1.5, 1.0)
        with suppress(Unavailable):
            model = _existing(model.id)
    return model


def _existing(model_id: str) -> ModelVersion:
    model = find(model_id)
    if model is None:
        raise NotFound("Model not found")
    return model
