"""Predictions: a request's input in, the model's answer out."""

from time import perf_counter
from typing import Any

from inferx.edge import events
from inferx.edge.entry import entry
from inferx.edge.events import Event, Response
from inferx.edge.metrics import measure
from inferx.errors import ArtifactMissing, InferXError, NotFound
from inferx.serving.loading import Loaded, Models
from inferx.serving.predictor import predict
from inferx.settings import settings

models = Models(settings.memory_mb)


def _predict(event: Event) -> Response:
    started = perf_counter()
    loaded = _load(event, events.path_parameter(event, "id"))
    try:
        answer, rows = predict(loaded, events.body(event))
    except InferXError:
        measure("refused", {"Errors": 1}, {"model_id": loaded.record.id})
        raise
    _count(event, loaded, rows, started)
    return {"statusCode": 200, "headers": {"content-type": "application/json"}, "body": answer}


def _load(event: Event, address: str) -> Loaded:
    caller = events.principal(event)
    caller.require("predict")
    try:
        return models.load(caller.user_id, address)
    except ArtifactMissing:
        measure("model file not found", {"ArtifactMissing": 1}, {})  # template.yaml alarms on it
        raise


def _count(event: Event, loaded: Loaded, rows: int, started: float) -> None:
    values = {"Predictions": 1, "Latency": round((perf_counter() - started) * 1000, 3)}
    if loaded.cold:
        values["ColdLoads"] = 1
    dimensions = {"model_id": loaded.record.id}
    measure("predicted", values, dimensions, rows=rows, request_id=events.request_id(event))


_ROUTES = {"POST /api/v1/predict/{id}": _predict}


def _dispatch(event: Event, _: Any) -> Response:
    route = _ROUTES.get(events.route_key(event))
    if route is None:
        raise NotFound("There is nothing at this address.")
    return route(event)


handler = entry(_dispatch)
