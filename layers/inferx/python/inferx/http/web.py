"""The web functions' side of the entry: routing, validation and OpenAPI by Powertools.

A function that imports this pays for pydantic in its cold start; ``predict`` does not.
"""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Depends, Request
from aws_lambda_powertools.event_handler import Response as WebResponse
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError

from inferx.errors import BadInput, Fault, InferXError, Invalid, NotFound, WrongMediaType
from inferx.http import events
from inferx.http.entry import Handle, error_response
from inferx.http.events import Event, Response
from inferx.identity.principal import Principal


def _caller(request: Request) -> Principal:
    return events.principal(request.resolved_event.raw_event)


Caller = Annotated[Principal, Depends(_caller)]
# A route's parameter of this type is the principal that calls it. A plain assignment: Powertools
# does not look through `type` aliases.


def web_app() -> APIGatewayHttpResolver:
    """A resolver that validates by type hints and answers errors in the contract's shape."""
    app = APIGatewayHttpResolver(enable_validation=True)

    def respond(error: Exception) -> WebResponse[str]:
        event = app.current_event.raw_event
        told = error_response(error, events.route_key(event), events.request_id(event))
        return WebResponse(told["statusCode"], None, told["body"], headers=told["headers"])

    def domain_error(error: InferXError) -> WebResponse[str]:
        return respond(error)

    def invalid_request(error: RequestValidationError) -> WebResponse[str]:
        return respond(_explain(error))

    def no_route(_: NotFoundError) -> WebResponse[str]:
        return respond(NotFound("There is nothing at this address."))

    def unreadable(error: Exception) -> WebResponse[str]:
        # json.loads gives up on deep nesting and on integers of thousands of digits.
        if "digits" in str(error) or isinstance(error, RecursionError | UnicodeDecodeError):
            return respond(BadInput("The request body cannot be read."))
        return respond(error)

    def broken(error: Exception) -> WebResponse[str]:
        return respond(error)

    # Called, not used as decorators: Powertools' are untyped.
    app.exception_handler(InferXError)(domain_error)
    app.exception_handler(RequestValidationError)(invalid_request)
    app.exception_handler(NotFoundError)(no_route)
    app.exception_handler([RecursionError, ValueError])(unreadable)
    app.exception_handler(Exception)(broken)
    return app


def _explain(error: RequestValidationError) -> InferXError:
    faults = error.errors()
    if any(fault["type"] == "json_invalid" for fault in faults):
        return BadInput("The request body is not valid JSON.")
    return Invalid([Fault(tuple(each["loc"]), each["msg"], each["type"]) for each in faults])


def json_only(handle: Handle) -> Handle:
    """``handle``, but 415 for a body that says that it is anything else than JSON.

    Powertools would read forms into the same parameters, each value a list.
    """

    def handler(event: Event, context: Any) -> Response:
        brings_body = events.route_key(event).startswith(("POST ", "PUT "))
        if brings_body and events.media_type(event) not in {"", "application/json"}:
            raise WrongMediaType("Send Content-Type: application/json.")
        return handle(event, context)

    return handler
