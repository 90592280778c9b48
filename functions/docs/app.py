"""Health, the OpenAPI document, Swagger UI from our own files, and what no route matches."""

import base64
import gzip
import json
from pathlib import Path
from typing import Any

from inferx import __version__
from inferx.errors import NotFound
from inferx.http import events
from inferx.http.entry import entry
from inferx.http.events import Event, Response
from inferx.http.protocol_errors import protocol_errors
from inferx.settings import require
from openapi_document import document_for
from unmatched import readable_route, respond_unmatched

require("DocsFunction", "public_url")

_ASSETS = Path(__file__).parent / "assets"
_HOUR = "public, max-age=3600"
# Swagger UI styles its elements inline; its scripts are files of ours.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_MEDIA_TYPES = {
    "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
    "swagger-ui.css": "text/css; charset=utf-8",
    "start.js": "text/javascript; charset=utf-8",
}


def _health(_: Event) -> Response:
    return _text(json.dumps({"status": "ok", "version": __version__}), "application/json")


def _openapi(event: Event) -> Response:
    return _text(document_for(event), "application/json")


def _page(_: Event) -> Response:
    response = _text((_ASSETS / "index.html").read_text(), "text/html; charset=utf-8")
    response["headers"]["content-security-policy"] = _POLICY
    return response


def _asset(event: Event) -> Response:
    name = events.path_parameter(event, "asset")
    media_type = _MEDIA_TYPES.get(name)
    if media_type is None:
        raise NotFound
    packed = _ASSETS / f"{name}.gz"
    if not packed.exists():
        response = _text((_ASSETS / name).read_text(), media_type)
    elif "gzip" in events.headers(event).get("accept-encoding", ""):
        response = _text(base64.b64encode(packed.read_bytes()).decode(), media_type)
        response["headers"]["content-encoding"] = "gzip"
        response["isBase64Encoded"] = True
    else:
        response = _text(gzip.decompress(packed.read_bytes()).decode(), media_type)
    response["headers"] |= {"cache-control": _HOUR, "vary": "accept-encoding"}
    return response


def _text(body: str, media_type: str) -> Response:
    headers = {"content-type": media_type, "x-content-type-options": "nosniff"}
    return {"statusCode": 200, "headers": headers, "body": body}


_PAGES = {
    "GET /api/v1/health": _health,
    "GET /openapi.json": _openapi,
    "GET /docs": _page,
    "GET /docs/{asset}": _asset,
}


def _default(event: Event) -> Response:
    readable = readable_route(event)
    if readable is None:
        return respond_unmatched(event)
    path, parameters = readable
    page = _PAGES.get(f"GET {path}", _json_headers)
    return page({**event, "pathParameters": parameters})


def _json_headers(_: Event) -> Response:
    # For the public routes of the Open Inference Protocol, which another function serves.
    return {"statusCode": 200, "headers": {"content-type": "application/json"}, "body": ""}


_ROUTES = {**_PAGES, "$default": _default}


def _dispatch(event: Event, _: Any) -> Response:
    return _ROUTES[events.route_key(event)](event)


_respond = protocol_errors(entry(_dispatch, public=frozenset(_ROUTES)))


def handler(event: Event, context: Any) -> Response:
    """Respond to an HTTP API event; a ``HEAD`` request gets no body (RFC 9110, section 9.3.2)."""
    response = _respond(event, context)
    if events.method(event) == "HEAD":
        return {**response, "body": "", "isBase64Encoded": False}
    return response
