"""The web functions' side of the entry: routing, validation and OpenAPI by Powertools.

A function that imports this pays for pydantic in its cold start; ``predict`` does not.
"""

import json
from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import (
    APIGatewayHttpResolver,
    Depends,
    Request,
    content_types,
)
from aws_lambda_powertools.event_handler import Response as WebResponse
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.openapi.exceptions import (
    RequestUnsupportedContentType,
    RequestValidationError,
)

from inferx.edge import events
from inferx.edge.entry import answer
from inferx.errors import BadInput, Fault, InferXError, Invalid, NotFound, WrongMediaType
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
        told = answer(error, events.route_key(event), events.request_id(event))
        return WebResponse(told["statusCode"], None, told["body"], headers=told["headers"])

    def domain_error(error: InferXError) -> WebResponse[str]:
        return respond(error)

    def invalid_request(error: RequestValidationError) -> WebResponse[str]:
        return respond(_explain(error))

    def unread_content(_: RequestUnsupportedContentType) -> WebResponse[str]:
        return respond(WrongMediaType("Send Content-Type: application/json."))

    def no_route(_: NotFoundError) -> WebResponse[str]:
        return respond(NotFound("There is nothing at this address."))

    def unreadable(error: Exception) -> WebResponse[str]:
        # json.loads gives up on deep nesting and on integers of thousands of digits; Powertools,
        # on a form whose content type tells no boundary.
        unread = any(word in str(error) for word in ("digits", "boundary"))
        if unread or isinstance(error, RecursionError | UnicodeDecodeError):
            return respond(BadInput("The request body cannot be read."))
        return respond(error)

    def broken(error: Exception) -> WebResponse[str]:
        return respond(error)

    # Called, not used as decorators: Powertools' are untyped.
    app.exception_handler(InferXError)(domain_error)
    app.exception_handler(RequestValidationError)(invalid_request)
    app.exception_handler(RequestUnsupportedContentType)(unread_content)
    app.exception_handler(NotFoundError)(no_route)
    app.exception_handler([RecursionError, ValueError])(unreadable)
    app.exception_handler(Exception)(broken)
    return app


def _explain(error: RequestValidationError) -> InferXError:
    faults = error.errors()
    if any(fault["type"] == "json_invalid" for fault in faults):
        return BadInput("The request body is not valid JSON.")
    return Invalid([Fault(tuple(each["loc"]), each["msg"], each["type"]) for each in faults])


def json_response(
    content: object, status: HTTPStatus = HTTPStatus.OK, headers: dict[str, str] | None = None
) -> WebResponse[str]:
    """A JSON response whose status or headers depend on what happened."""
    return WebResponse(status.value, content_types.APPLICATION_JSON, json.dumps(content), headers)
