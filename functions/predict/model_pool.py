"""The models that this container keeps open."""

from inferx.errors import ArtifactMissing
from inferx.http import events
from inferx.http.events import Event
from inferx.serving import memory
from inferx.serving.loading import Loaded, Models
from inferx.settings import settings
from inferx.telemetry.metrics import measure

memory.bound(settings.memory_mb)
models = Models(settings.memory_mb)


def load(event: Event, address: str) -> Loaded:
    """Return the open model that the caller means by this address.

    Raises:
        InferXError: the credential lacks the scope, or see ``Models.load``.
    """
    caller = events.principal(event)
    caller.require("predict")
    try:
        return models.load(caller.user_id, address)
    except ArtifactMissing:
        measure("model file not found", {"ArtifactMissing": 1})  # template.yaml alarms on it
        raise
