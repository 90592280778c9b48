"""Predictions: a request's input in, the model's answer out."""

from time import perf_counter
from typing import Any

import inference_protocol
import served

from inferx.edge import events
from inferx.edge.entry import entry
from inferx.edge.events import Event, Response
from inferx.edge.protocol_errors import protocol_errors
from inferx.edge.snapshots import renew_when_restored
from inferx.errors import InferXError, NotFound
from inferx.serving.predictor import predict


def _predict(event: Event) -> Response:
    started = perf_counter()
    loaded = served.load(event, events.path_parameter(event, "id"))
    try:
        answer, rows = predict(loaded, events.body(event))
    except InferXError:
        served.refused(loaded)
        raise
    served.answered(event, loaded, rows, started)
    return {"statusCode": 200, "headers": {"content-type": "application/json"}, "body": answer}


_ROUTES: dict[str, inference_protocol.Route] = {
    "POST /api/v1/predict/{id}": _predict,
    **inference_protocol.ROUTES,
}


def _dispatch(event: Event, _: Any) -> Response:
    route = _ROUTES.get(events.route_key(event))
    if route is None:
        raise NotFound("There is nothing at this address.")
    return route(event)


renew_when_restored()
handler = protocol_errors(entry(_dispatch, public=inference_protocol.PUBLIC))
