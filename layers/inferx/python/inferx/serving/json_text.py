"""JSON as any client may send it, and as every client can read it (RFC 8259), at orjson's speed.

What orjson refuses, such as ``NaN``, and what it cannot write goes the standard library's way, so
that nothing depends on which of the two read a request. One trace of orjson is left: it reads whole
numbers beyond 64 bits as floats.
"""

from typing import Any

import orjson

from inferx.serving import tolerant_json


def parse(body: bytes) -> Any:
    """Return what the JSON text holds.

    Args:
        body: see :func:`inferx.serving.tolerant_json.parse`.

    Raises:
        BadInput: as there.
    """
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return tolerant_json.parse(body)


def write(content: Any) -> str:
    """Return the content as JSON text; numbers that JSON lacks (NaN, infinities) are ``null``.

    Args:
        content: what JSON can hold, and arrays of numbers, whose elements never become objects.
    """
    try:
        return orjson.dumps(content, option=orjson.OPT_SERIALIZE_NUMPY).decode()
    except orjson.JSONEncodeError:  # a whole number beyond 64 bits, or half a surrogate pair
        return tolerant_json.write(content)
