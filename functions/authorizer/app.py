"""The authorizer: a credential in, a principal or the reason why not out.

It always allows: an HTTP API would answer its refusal with 403, where clients need 401, so the
functions answer it (:mod:`inferx.http.entry`). What it imports is on the way of every first
request, so it imports neither pydantic nor pynamodb nor boto3; a test holds it to that.
"""

from typing import Any

from inferx.errors import Unauthenticated
from inferx.http.events import Event, authorizer_context, headers
from inferx.identity.authenticate import authenticate
from inferx.settings import require

require("AuthorizerFunction", "credentials_table", "signing_keys_secret")


def handler(event: Event, _: Any) -> dict[str, Any]:
    """Answer a Lambda authorizer request (payload format 2.0, simple response)."""
    try:
        context = authorizer_context(authenticate(_credential(event)))
    except Unauthenticated as refusal:
        context = {"reason": refusal.reason}
    return {"isAuthorized": True, "context": context}


def _credential(event: Event) -> str:
    """What follows ``Bearer`` in the Authorization header (RFC 6750, section 2.1)."""
    scheme, _, credential = headers(event).get("authorization", "").partition(" ")
    return credential.strip() if scheme.lower() == "bearer" else ""
