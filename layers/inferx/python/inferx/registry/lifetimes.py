"""How long what is begun may take, and what has taken too long."""

from datetime import datetime, timedelta

from inferx.clock import now
from inferx.entities.models import ModelVersion, Status

URL_LIFETIME = timedelta(minutes=15)
"""How long an upload form works."""

RESERVATION_LIFETIME = timedelta(hours=1)
"""S3 checks the form's expiry when an upload begins; a large file on a slow line ends later."""

CLAIM_LIFETIME = timedelta(seconds=420)
"""Longer than the ingest function may run and than what it presigns is valid, shorter than SQS
hides its message: the holder of an older claim is dead, and nothing of it writes any more."""

CONVERSION_LIFETIME = timedelta(hours=1)
"""Three receives of the message and some waiting in the queue."""

WAITING_LIFETIME = timedelta(days=1)
"""How long after its reservation a version may still wait for its turn to be converted; its file is
kept as long."""


def is_lapsed(model: ModelVersion) -> bool:
    """Return whether the version is a reservation whose time is over."""
    return model.status is Status.PENDING_UPLOAD and _is_overdue(model)


def is_lost(model: ModelVersion) -> bool:
    """Return whether the version's conversion is lost: its time is over and none is running."""
    return model.status is Status.CONVERTING and _is_overdue(model) and claim_end(model) <= now()


def claim_end(model: ModelVersion) -> datetime:
    """Return when no conversion of the version can be running any more, now if none is claimed."""
    return now() if model.converting_since is None else model.converting_since + CLAIM_LIFETIME


def _is_overdue(model: ModelVersion) -> bool:
    return model.due_at is not None and model.due_at <= now()
