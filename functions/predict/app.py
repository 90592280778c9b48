"""Predictions: a request's input in, the model's answer out."""

from time import perf_counter
from typing import Any

import inference_protocol
import model_pool
import prediction_metrics
from inferx.errors import InferXError, NotFound
from inferx.http import events
from inferx.http.entry import entry
from inferx.http.events import Event, Response
from inferx.http.protocol_errors import protocol_errors
from inferx.http.snapshots import renew_when_restored
from inferx.serving.predictor import predict
from inferx.settings import require

require("PredictFunction", "models_table", "bucket")


def _predict(event: Event) -> Response:
    started = perf_counter()
    loaded = model_pool.load(event, events.path_parameter(event, "id"))
    try:
        answer, rows = predict(loaded, events.body(event))
    except InferXError:
        prediction_metrics.record_failure(loaded)
        raise
    prediction_metrics.record_success(event, loaded, rows, started)
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
