"""HTTP API events (payload format 2.0): the one place that knows their shape.

Source: Amazon API Gateway Developer Guide, "Create AWS Lambda proxy integrations for HTTP
APIs". What the authorizer decides travels to the functions in the request context, as strings.
"""

import time
from functools import lru_cache
from typing import Any

from inferx.errors import BadInput, Unauthenticated, Unavailable
from inferx.identity.principal import CredentialKind, Principal

type Event = dict[str, Any]
type Response = dict[str, Any]

AUTHORIZER_CACHE_S = 60
"""How long the gateway keeps what the authorizer decides: ``ReauthorizeEvery`` in the template."""

_UNAVAILABLE = "unavailable"


def route_key(event: Event) -> str:
    """Return the route that matched, as the template writes it: ``POST /api/v1/predict/{id}``."""
    return str(event["routeKey"])


def method(event: Event) -> str:
    """Return the request's HTTP method."""
    return str(event["requestContext"]["http"]["method"])


def path(event: Event) -> str:
    """Return the request's path, as the client wrote it."""
    return str(event["rawPath"])


def request_id(event: Event) -> str:
    """Return the gateway's id of this request."""
    return str(event["requestContext"]["requestId"])


def source_ip(event: Event) -> str:
    """Return the caller's address as the gateway saw it."""
    return str(event["requestContext"]["http"].get("sourceIp", ""))


def body(event: Event) -> bytes:
    """Return the request's body, decoded; empty when there is none.

    Raises:
        BadInput: the gateway's base64 is broken.
    """
    text = str(event.get("body") or "")
    return _decoded(text) if event.get("isBase64Encoded") else text.encode()


def _decoded(text: str) -> bytes:
    import pybase64  # noqa: PLC0415  # most requests hold text

    try:
        return pybase64.b64decode(text, validate=True)
    except ValueError as error:
        raise BadInput("The request body could not be decoded.") from error


def path_parameter(event: Event, name: str) -> str:
    """Return a path parameter; the gateway has percent-decoded it."""
    return str(event["pathParameters"][name])


def headers(event: Event) -> dict[str, str]:
    """Return the request's headers, names in lower case as the gateway sends them."""
    found: dict[str, str] = event.get("headers") or {}
    return found


def media_type(event: Event) -> str:
    """Return the media type of the body, without parameters; empty when none is given."""
    return headers(event).get("content-type", "").split(";")[0].strip().lower()


def principal(event: Event) -> Principal:
    """Return the caller.

    Raises:
        Unauthenticated: the authorizer found no valid credential, or never ran.
        Unavailable: the authorizer could not decide.
    """
    context = event["requestContext"].get("authorizer", {}).get("lambda") or {}
    user_id = context.get("user_id")
    if not user_id:
        if context.get("reason") == _UNAVAILABLE:
            raise Unavailable(retry_after=max(1, int(context["retry_at"]) - int(time.time())))
        raise Unauthenticated(reason=context.get("reason") or "missing")
    return _principal(user_id, context["scopes"], context["kind"])


@lru_cache(maxsize=1_000)
def _principal(user_id: str, scopes: str, kind: CredentialKind) -> Principal:
    return Principal(user_id=user_id, scopes=frozenset(scopes.split()), kind=kind)


def authorizer_context(principal: Principal) -> dict[str, str]:
    """Return the principal as the authorizer hands it on; :func:`principal` reads it back."""
    return {
        "user_id": principal.user_id,
        "scopes": " ".join(sorted(principal.scopes)),
        "kind": principal.kind,
    }


def undecided_context() -> dict[str, str]:
    """Return what the authorizer hands on when it cannot decide; :func:`principal` raises it.

    The gateway keeps this, as everything that the authorizer returns, for
    ``AUTHORIZER_CACHE_S``: an earlier retry would get the same response.
    """
    return {"reason": _UNAVAILABLE, "retry_at": str(int(time.time()) + AUTHORIZER_CACHE_S)}
