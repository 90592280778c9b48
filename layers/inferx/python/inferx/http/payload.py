"""Responses bounded by what Lambda sends: the whole response as JSON, its body a string in it.

In that string each quote and backslash of a JSON body takes two bytes, and a binary body is
base64. So a body's own length does not say whether it fits.
"""

from collections.abc import Mapping

from inferx.errors import TooLarge
from inferx.http.events import Response

PAYLOAD_BYTES = 6_291_556
"""The largest result of a synchronous invocation (AWS Lambda quotas: 6 MB)."""

_REST_BYTES = 4_096  # for the status, the headers and the punctuation around the body
_BODY_BYTES = PAYLOAD_BYTES - _REST_BYTES


def json_response(body: str) -> Response:
    """Return a response of a JSON body.

    Args:
        body: JSON text, as :func:`inferx.serving.json_text.write` writes it.

    Raises:
        TooLarge: Lambda could not send it.
    """
    # The characters that take more than a byte are counted only where they could matter.
    if 4 * len(body) > _BODY_BYTES:
        size = len(body) if body.isascii() else len(body.encode())
        _check(size + body.count('"') + body.count("\\"))
    return {"statusCode": 200, "headers": {"content-type": "application/json"}, "body": body}


def binary_response(body: bytes, headers: Mapping[str, str]) -> Response:
    """Return a response of a binary body.

    Args:
        body: its bytes.
        headers: what the response has besides its content type.

    Raises:
        TooLarge: Lambda could not send it.
    """
    import pybase64  # noqa: PLC0415  # most responses are JSON

    _check(-(-len(body) // 3) * 4)
    return {
        "statusCode": 200,
        "headers": {"content-type": "application/octet-stream", **headers},
        "body": pybase64.b64encode_as_string(body),
        "isBase64Encoded": True,
    }


def _check(size: int) -> None:
    if size > _BODY_BYTES:
        raise TooLarge("The response is too large; ask for fewer rows or outputs in one request.")
