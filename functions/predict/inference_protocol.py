"""The routes of the Open Inference Protocol, version 2."""

import json
from collections.abc import Callable
from time import perf_counter

import model_pool
import prediction_metrics
from inferx.errors import BadInput, InferXError
from inferx.http import events
from inferx.http.content_coding import decoded_body
from inferx.http.events import Event, Response
from inferx.http.payload import binary_response, json_response
from inferx.serving.limits import HTTP
from inferx.serving.oip.infer import infer
from inferx.serving.oip.metadata import model_metadata, model_readiness, server_metadata
from inferx.serving.oip.responses import InferResponse

_LENGTH = "inference-header-content-length"


def _json(content: object) -> Response:
    return json_response(json.dumps(content))


def _address(event: Event) -> str:
    name = events.path_parameter(event, "name")
    version = event["pathParameters"].get("version")
    return name if version is None else f"{name}:{version}"


def _metadata(event: Event) -> Response:
    loaded = model_pool.load(event, _address(event))
    return _json(model_metadata(loaded.record, loaded.model.signature))


def _ready(event: Event) -> Response:
    caller = events.principal(event)
    caller.require("predict")
    return _json(model_readiness(model_pool.models.record(caller.user_id, _address(event))))


def _infer(event: Event) -> Response:
    started = perf_counter()
    loaded = model_pool.load(event, _address(event))
    try:
        result, rows = infer(loaded, decoded_body(event, HTTP.body_bytes), _json_length(event))
        response = _response_of(result)
    except InferXError:
        prediction_metrics.record_failure(loaded)
        raise
    prediction_metrics.record_success(event, loaded, rows, started)
    return response


def _response_of(result: InferResponse) -> Response:
    if not result.tail:
        return json_response(result.json)
    head = result.json.encode()
    return binary_response(head + result.tail, {_LENGTH: str(len(head))})


def _json_length(event: Event) -> int | None:
    text = events.headers(event).get(_LENGTH)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise BadInput("Inference-Header-Content-Length must be a number of bytes.")
    return int(text)


type Route = Callable[[Event], Response]

_SERVER: dict[str, Route] = {
    "GET /v2": lambda _: _json(server_metadata()),
    "GET /v2/health/live": lambda _: _json({"live": True}),
    "GET /v2/health/ready": lambda _: _json({"ready": True}),
}
_EACH_MODEL: dict[str, Route] = {
    "GET {}": _metadata,
    "GET {}/ready": _ready,
    "POST {}/infer": _infer,
}
_ADDRESSES = ("/v2/models/{name}", "/v2/models/{name}/versions/{version}")

ROUTES: dict[str, Route] = _SERVER | {
    route.format(address): handle for route, handle in _EACH_MODEL.items() for address in _ADDRESSES
}
PUBLIC = frozenset(_SERVER)
