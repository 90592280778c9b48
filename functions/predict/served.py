"""Which model a request means, and what became of the request, as metrics."""

from time import perf_counter

from inferx.edge import events
from inferx.edge.events import Event
from inferx.edge.metrics import measure
from inferx.errors import ArtifactMissing
from inferx.serving.loading import Loaded, Models
from inferx.settings import settings

models = Models(settings.memory_mb)


def load(event: Event, address: str) -> Loaded:
    """The open model that the caller means by this address.

    Raises:
        InferXError: the credential lacks the scope, or see ``Models.load``.
    """
    caller = events.principal(event)
    caller.require("predict")
    try:
        return models.load(caller.user_id, address)
    except ArtifactMissing:
        measure("model file not found", {"ArtifactMissing": 1}, {})  # template.yaml alarms on it
        raise


def answered(event: Event, loaded: Loaded, rows: int, started: float) -> None:
    """Count a prediction: the one line that a warm request logs.

    Args:
        event: the request.
        loaded: the model that answered it.
        rows: how many rows it held.
        started: ``perf_counter()`` when the request came in.
    """
    values = {"Predictions": 1, "Latency": round((perf_counter() - started) * 1000, 3)}
    if loaded.cold:
        values["ColdLoads"] = 1
    dimensions = {"model_id": loaded.record.id}
    measure("predicted", values, dimensions, rows=rows, request_id=events.request_id(event))


def refused(loaded: Loaded) -> None:
    """Count a request that its model could not answer."""
    measure("refused", {"Errors": 1}, {"model_id": loaded.record.id})
