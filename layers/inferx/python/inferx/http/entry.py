"""The one entry of every function behind the API.

It responds with 401 unless the authorizer found a principal, gives every response its request id,
forbids caches to keep it unless the function chose otherwise (RFC 9111, section 5.2.2.5), binds the
ids that log lines carry, and turns every error into the contract's shape. A route is public only
when the function names it here *and* the template gives it no authorizer; a test compares the two.
"""

from collections.abc import Callable
from typing import Any

from inferx import deadline
from inferx.errors import Broken, InferXError
from inferx.http.errors import response_to, status_of
from inferx.http.events import Event, Response, principal, request_id, route_key
from inferx.telemetry.context import begin, bind
from inferx.telemetry.log import log

type Handle = Callable[[Event, Any], Response]


def entry(handle: Handle, *, public: frozenset[str] = frozenset()) -> Handle:
    """Return a Lambda handler around ``handle``.

    Args:
        handle: handles an authenticated event; may raise any :class:`InferXError`.
        public: the route keys that need no credential.
    """

    def handler(event: Event, context: Any) -> Response:
        deadline.start(context.get_remaining_time_in_millis() / 1000)
        identity = request_id(event)
        begin(identity)
        route = route_key(event)
        try:
            if route not in public:
                bind(owner_id=principal(event).user_id)
            response = handle(event, context)
        except Exception as error:  # noqa: BLE001 - the last line of defence: logged, answered 500
            response = error_response(error, route, identity)
        headers = response.setdefault("headers", {})
        headers["x-request-id"] = identity
        headers.setdefault("cache-control", "no-store")
        return response

    return handler


def error_response(error: Exception, route: str, identity: str) -> Response:
    """Log the error and return its response.

    Args:
        error: what was raised; anything but an InferXError is a fault of ours.
        route: the route key, for the log line.
        identity: the request id, which the client can quote.
    """
    if isinstance(error, InferXError) and not isinstance(error, Broken):
        log("info", "refused", route=route, status=int(status_of(error)))
        return response_to(error, identity)
    log("error", "failed", route=route, error=error)
    return response_to(error if isinstance(error, Broken) else Broken(), identity)
