"""The authorizer: an access token or API key in, the principal or the reason for none out.

It always allows. An HTTP API turns an authorizer's refusal into 403, where clients need 401, and
its failure into a bare 500, where they need 503, so the functions respond for it
(:mod:`inferx.http.entry`). What it imports delays every first request, so it imports neither
pydantic nor pynamodb nor boto3; a test checks that.
"""

from typing import Any

from inferx import deadline
from inferx.errors import Unauthenticated
from inferx.http.events import (
    Event,
    authorizer_context,
    headers,
    request_id,
    undecided_context,
)
from inferx.identity.authenticate import authenticate
from inferx.settings import require
from inferx.telemetry.context import begin
from inferx.telemetry.log import log

require("AuthorizerFunction", "users_table", "credentials_table", "signing_keys_secret")


def handler(event: Event, context: Any) -> dict[str, Any]:
    """Answer a Lambda authorizer request (payload format 2.0, simple response)."""
    deadline.start(context.get_remaining_time_in_millis() / 1000)
    begin(request_id(event))
    try:
        decided = authorizer_context(authenticate(_credential(event)))
    except Unauthenticated as refusal:
        decided = {"reason": refusal.reason}
    except Exception as error:  # noqa: BLE001 - logged; the functions respond with 503
        log("error", "authorization undecided", error=error)
        decided = undecided_context()
    return {"isAuthorized": True, "context": decided}


def _credential(event: Event) -> str:
    """Return what follows ``Bearer`` in the Authorization header (RFC 6750, section 2.1)."""
    scheme, _, credential = headers(event).get("authorization", "").partition(" ")
    return credential.strip() if scheme.lower() == "bearer" else ""
