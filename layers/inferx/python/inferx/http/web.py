"""The web functions' side of the entry: routing, validation and OpenAPI by Powertools.

A function that imports this pays for pydantic in its cold start; ``predict`` does not.
"""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Depends, Request
from aws_lambda_powertools.event_handler import Response as WebResponse
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError

from inferx.errors import (
    BadInput,
    Fault,
    InferXError,
    Invalid,
    NotFound,
    TooLarge,
    WrongMediaType,
)
from inferx.http import events
from inferx.http.entry import Handle, error_response
from inferx.http.events import Event, Response
from inferx.http.json_body import read_json
from inferx.identity.principal import Principal
from inferx.telemetry.library_logs import capture_library_logs

LARGEST_BODY = 64 * 1024
"""Bytes of a JSON body; what the web functions take is far smaller."""


def _caller(request: Request) -> Principal:
    return events.principal(request.resolved_event.raw_event)


Caller = Annotated[Principal, Depends(_caller)]
# A route's parameter of this type is the principal that calls it. A plain assignment: Powertools
# does not look through `type` aliases.


def web_app() -> APIGatewayHttpResolver:
    """Return a resolver that validates by type hints and responds in the contract's shape."""
    capture_library_logs()
    app = APIGatewayHttpResolver(enable_validation=True, json_body_deserializer=read_json)

    def respond(error: Exception) -> WebResponse[str]:
        event = app.current_event.raw_event
        response = error_response(error, events.route_key(event), events.request_id(event))
        return WebResponse(
            response["statusCode"], None, response["body"], headers=response["headers"]
        )

    def domain_error(error: InferXError) -> WebResponse[str]:
        return respond(error)

    def invalid_request(error: RequestValidationError) -> WebResponse[str]:
        faults = [Fault(tuple(each["loc"]), each["msg"], each["type"]) for each in error.errors()]
        # Powertools raises the same for a response that does not fit its type: a fault of ours.
        is_ours = any(fault.loc[0] == "response" for fault in faults)
        return respond(error if is_ours else Invalid(faults))

    def no_route(_: NotFoundError) -> WebResponse[str]:
        return respond(NotFound("There is nothing at this address."))

    def broken(error: Exception) -> WebResponse[str]:
        return respond(error)

    # Called, not used as decorators: Powertools' are untyped.
    app.exception_handler(InferXError)(domain_error)
    app.exception_handler(RequestValidationError)(invalid_request)
    app.exception_handler(NotFoundError)(no_route)
    app.exception_handler(Exception)(broken)
    return app


def json_only(handle: Handle) -> Handle:
    """Return ``handle`` with every body checked before Powertools reads it.

    A body has a bounded size (413), is said to be JSON (415) and is text in UTF-8 (400).
    Powertools would read forms into the same parameters, each value a list.
    """

    def handler(event: Event, context: Any) -> Response:
        body = events.body(event)
        if len(body) > LARGEST_BODY:
            raise TooLarge(f"The request body may have at most {LARGEST_BODY:,} bytes.")
        route = events.route_key(event)
        # A body of DELETE is rare, and one without a body may bring any media type.
        brings_body = route.startswith(("POST ", "PUT ")) or (route.startswith("DELETE ") and body)
        if brings_body and events.media_type(event) not in {"", "application/json"}:
            raise WrongMediaType("Send Content-Type: application/json.")
        try:
            decoded = {**event, "body": body.decode(), "isBase64Encoded": False}
        except UnicodeDecodeError as error:
            raise BadInput("The request body is not text in UTF-8.") from error
        return handle(decoded, context)

    return handler
