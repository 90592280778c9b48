"""The outcome of each prediction, as metrics."""

from time import perf_counter

from inferx.http import events
from inferx.http.events import Event
from inferx.serving.loading import Loaded
from inferx.telemetry.metrics import measure


def record_success(event: Event, loaded: Loaded, rows: int, started: float) -> None:
    """Count a prediction in the one line that a warm request logs.

    Args:
        event: the request.
        loaded: the model that was run.
        rows: how many rows the request held.
        started: ``perf_counter()`` when the request came in.
    """
    values = {"Predictions": 1, "Latency": round((perf_counter() - started) * 1000, 3)}
    if loaded.cold:
        values["ColdLoads"] = 1
    dimensions = {"model_id": loaded.record.id}
    measure("predicted", values, dimensions, rows=rows, request_id=events.request_id(event))


def record_failure(loaded: Loaded) -> None:
    """Count a request that failed at its model."""
    measure("refused", {"Errors": 1}, {"model_id": loaded.record.id})
