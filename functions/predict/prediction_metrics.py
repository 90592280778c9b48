"""The outcome of each prediction, as metrics."""

from time import perf_counter

from inferx.http import events
from inferx.http.events import Event
from inferx.serving.loading import Loaded
from inferx.telemetry.metrics import measure


def record_success(event: Event, loaded: Loaded, rows: int, started: float) -> None:
    """Count a prediction in the one line that a warm request logs.

    It is all that a million predictions leave in the logs, so it holds what cannot be looked up:
    the model's record has its owner, and the latency's sample count is the number of predictions.

    Args:
        event: the request.
        loaded: the model that was run.
        rows: how many rows the request held.
        started: ``perf_counter()`` when the request came in.
    """
    values = {"Latency": round((perf_counter() - started) * 1000, 3)}
    if loaded.cold:
        values["ColdLoads"] = 1
    ids = {"request_id": events.request_id(event)}
    measure("predicted", values, model_id=loaded.record.id, ids=ids, rows=rows)


def record_failure(loaded: Loaded) -> None:
    """Count a request that failed at its model."""
    measure("refused", {"Errors": 1}, model_id=loaded.record.id)
