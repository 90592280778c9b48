"""Every error's HTTP response: one table from the domain's errors to statuses (RFC 9110)."""

import json
from http import HTTPStatus

from inferx import errors
from inferx.http.events import Response

_STATUS: dict[type[errors.InferXError], HTTPStatus] = {
    errors.Unauthenticated: HTTPStatus.UNAUTHORIZED,
    errors.Forbidden: HTTPStatus.FORBIDDEN,
    errors.NotFound: HTTPStatus.NOT_FOUND,
    errors.WrongMethod: HTTPStatus.METHOD_NOT_ALLOWED,
    errors.Conflict: HTTPStatus.CONFLICT,
    errors.BadInput: HTTPStatus.BAD_REQUEST,
    errors.Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.Refused: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.TooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    errors.WrongMediaType: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    errors.RateLimited: HTTPStatus.TOO_MANY_REQUESTS,
    errors.TookTooLong: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.Broken: HTTPStatus.INTERNAL_SERVER_ERROR,
}

_REASONS = {
    "missing": "Authentication is required: send Authorization: Bearer with a token or API key.",
    "expired": "The access token has expired; refresh it or log in again.",
    "expired_key": "The API key has expired; create another one.",
    "revoked": "The credential has been revoked.",
    "closed": "The account is closed.",
    "invalid": "The credential is not valid.",
}


def status_of(error: errors.InferXError) -> HTTPStatus:
    """Return the status of this error: that of its own class, or of its nearest parent."""
    for kind in type(error).__mro__:
        if kind in _STATUS:
            return _STATUS[kind]
    return HTTPStatus.INTERNAL_SERVER_ERROR


def response_to(error: errors.InferXError, request_id: str) -> Response:
    """Return the HTTP API response (payload 2.0) that reports this error to the client."""
    status = status_of(error)
    content: dict[str, object] = {"detail": _detail(error)}
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        content["request_id"] = request_id
    headers = {"content-type": "application/json", **_headers(error)}
    return {"statusCode": int(status), "headers": headers, "body": json.dumps(content)}


def _detail(error: errors.InferXError) -> str | list[dict[str, object]]:
    if isinstance(error, errors.Invalid):
        return [
            {"loc": list(fault.loc), "msg": fault.msg, "type": fault.type} for fault in error.faults
        ]
    if isinstance(error, errors.Unauthenticated) and error.detail == type(error).detail:
        return _REASONS.get(error.reason, _REASONS["invalid"])
    return error.detail


def _headers(error: errors.InferXError) -> dict[str, str]:
    if isinstance(error, errors.Unauthenticated):
        # RFC 6750, section 3: no error code when no token is at fault, or clients would renew it.
        code = "" if error.reason in {"missing", "password"} else ' error="invalid_token"'
        return {"www-authenticate": f"Bearer{code}"}
    if isinstance(error, errors.WrongMethod):
        return {"allow": ", ".join(error.allowed)}
    if isinstance(error, errors.RateLimited | errors.Unavailable):
        return {"retry-after": str(error.retry_after)}
    return {}
