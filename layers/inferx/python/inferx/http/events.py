"""HTTP API events (payload format 2.0): the one place that knows their shape.

Source: Amazon API Gateway Developer Guide, "Create AWS Lambda proxy integrations for HTTP
APIs". Principals travel from the authorizer to the functions in the request context, as
strings.
"""

import base64
import binascii
from typing import Any, cast

from inferx.errors import BadInput, Unauthenticated
from inferx.identity.principal import CredentialKind, Principal

type Event = dict[str, Any]
type Response = dict[str, Any]


def route_key(event: Event) -> str:
    """The route that matched, as the template writes it: ``POST /api/v1/predict/{id}``."""
    return str(event["routeKey"])


def method(event: Event) -> str:
    """The request's HTTP method."""
    return str(event["requestContext"]["http"]["method"])


def path(event: Event) -> str:
    """The request's path, as the client wrote it."""
    return str(event["rawPath"])


def request_id(event: Event) -> str:
    """The gateway's id of this request."""
    return str(event["requestContext"]["requestId"])


def source_ip(event: Event) -> str:
    """The caller's address as the gateway saw it."""
    return str(event["requestContext"]["http"].get("sourceIp", ""))


def body(event: Event) -> bytes:
    """The request's body, decoded; empty when there is none.

    Raises:
        BadInput: the gateway's base64 is broken.
    """
    text = event.get("body") or ""
    if event.get("isBase64Encoded"):
        try:
            return base64.b64decode(text, validate=True)
        except binascii.Error as error:
            raise BadInput("The request body could not be decoded.") from error
    return str(text).encode()


def path_parameter(event: Event, name: str) -> str:
    """A path parameter; the gateway has percent-decoded it."""
    return str(event["pathParameters"][name])


def headers(event: Event) -> dict[str, str]:
    """The request's headers, names in lower case as the gateway sends them."""
    return cast("dict[str, str]", event.get("headers") or {})


def media_type(event: Event) -> str:
    """What the body says that it is, without parameters; empty when it does not say."""
    return headers(event).get("content-type", "").split(";")[0].strip().lower()


def principal(event: Event) -> Principal:
    """Who is calling.

    Raises:
        Unauthenticated: the authorizer found no good credential, or never ran.
    """
    context = event["requestContext"].get("authorizer", {}).get("lambda") or {}
    user_id = context.get("user_id")
    if not user_id:
        raise Unauthenticated(reason=context.get("reason") or "missing")
    return Principal(
        user_id=user_id,
        scopes=frozenset(context["scopes"].split()),
        kind=cast("CredentialKind", context["kind"]),
    )


def authorizer_context(principal: Principal) -> dict[str, str]:
    """The principal as the authorizer hands it on; :func:`principal` reads it back."""
    return {
        "user_id": principal.user_id,
        "scopes": " ".join(sorted(principal.scopes)),
        "kind": principal.kind,
    }
