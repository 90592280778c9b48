"""Errors as the Open Inference Protocol has them: ``error`` where the rest has ``detail``."""

import json
from typing import Any

from inferx.http import events
from inferx.http.entry import Handle
from inferx.http.events import Event, Response


def protocol_errors(handle: Handle) -> Handle:
    """Return ``handle`` with the errors of requests under ``/v2`` in the protocol's shape."""

    def handler(event: Event, context: Any) -> Response:
        response = handle(event, context)
        if response["statusCode"] >= 400 and _follows_protocol(event):
            content = json.loads(response["body"])
            response["body"] = json.dumps({"error": content.pop("detail"), **content})
        return response

    return handler


def _follows_protocol(event: Event) -> bool:
    # The route key is the better witness: a domain may serve the API under another path.
    _, routed, path = events.route_key(event).partition(" ")
    return f"{path if routed else events.path(event)}/".startswith("/v2/")
