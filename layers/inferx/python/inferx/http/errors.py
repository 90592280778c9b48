"""Every error's HTTP answer: one table from the domain's errors to statuses (RFC 9110)."""

import json
from http import HTTPStatus

from inferx import errors
from inferx.http.events import Response

_STATUS: dict[type[errors.InferXError], HTTPStatus] = {
    errors.Unauthenticated: HTTPStatus.UNAUTHORIZED,
    errors.Forbidden: HTTPStatus.FORBIDDEN,
    errors.NotFound: HTTPStatus.NOT_FOUND,
    errors.Conflict: HTTPStatus.CONFLICT,
    errors.BadInput: HTTPStatus.BAD_REQUEST,
    errors.Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.Refused: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.TooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    errors.WrongMediaType: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    errors.RateLimited: HTTPStatus.TOO_MANY_REQUESTS,
    errors.Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.Broken: HTTPStatus.INTERNAL_SERVER_ERROR,
}

_REASONS = {
    "missing": "Authentication is required: send Authorization: Bearer with a token or API key.",
    "expired": "The access token has expired; refresh it or log in again.",
    "revoked": "The credential has been revoked.",
    "invalid": "The credential is not valid.",
}


def status_of(error: errors.InferXError) -> HTTPStatus:
    """The status that answers this error: its own class's, or its nearest parent's."""
    for kind in type(error).__mro__:
        if kind in _STATUS:
            return _STATUS[kind]
    return HTTPStatus.INTERNAL_SERVER_ERROR


def response_to(error: errors.InferXError, request_id: str) -> Response:
    """The HTTP API response (payload 2.0) that tells this error to the client."""
    status = status_of(error)
    content: dict[str, object] = {"detail": error.detail}
    headers = {"content-type": "application/json"}
    if isinstance(error, errors.Unauthenticated):
        # RFC 6750, section 3: no error code when no token is at fault, or clients would renew it.
        code = "" if error.reason in {"missing", "password"} else ' error="invalid_token"'
        headers["www-authenticate"] = f"Bearer{code}"
        if error.detail == errors.Unauthenticated.detail:
            content["detail"] = _REASONS.get(error.reason, _REASONS["invalid"])
    elif isinstance(error, errors.RateLimited):
        headers["retry-after"] = str(error.retry_after)
    elif isinstance(error, errors.Invalid):
        content["detail"] = [
            {"loc": list(fault.loc), "msg": fault.msg, "type": fault.type} for fault in error.faults
        ]
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        content["request_id"] = request_id
    return {"statusCode": int(status), "headers": headers, "body": json.dumps(content)}
