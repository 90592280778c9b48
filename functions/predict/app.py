"""Predictions: a request's input in, the model's prediction out."""

from inferx import cold_start

# isort: split
from time import perf_counter
from typing import Any

import inference_protocol
import model_pool
import prediction_metrics
from inferx import onnx_session
from inferx.errors import InferXError, NotFound
from inferx.http import events
from inferx.http.content_coding import decoded_body
from inferx.http.entry import entry
from inferx.http.events import Event, Response
from inferx.http.payload import json_response
from inferx.http.protocol_errors import protocol_errors
from inferx.http.snapshots import renew_when_restored
from inferx.serving.limits import HTTP
from inferx.serving.predictor import predict
from inferx.settings import require

require("PredictFunction", "models_table", "bucket")


def _predict(event: Event) -> Response:
    started = perf_counter()
    loaded = model_pool.load(event, events.path_parameter(event, "id"))
    try:
        text, rows = predict(loaded, decoded_body(event, HTTP.body_bytes))
        response = json_response(text)
    except InferXError:
        prediction_metrics.record_failure(loaded)
        raise
    prediction_metrics.record_success(event, loaded, rows, started)
    return response


_ROUTES: dict[str, inference_protocol.Route] = {
    "POST /api/v1/predict/{id}": _predict,
    **inference_protocol.ROUTES,
}


def _dispatch(event: Event, _: Any) -> Response:
    route = _ROUTES.get(events.route_key(event))
    if route is None:
        raise NotFound("There is nothing at this address.")
    return route(event)


renew_when_restored(onnx_session.prime)
handler = protocol_errors(entry(_dispatch, public=inference_protocol.PUBLIC))
cold_start.finish()
