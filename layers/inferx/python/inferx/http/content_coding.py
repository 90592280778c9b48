"""Compressed request bodies: ``Content-Encoding`` (RFC 9110, sections 8.4 and 8.4.1)."""

import zlib

from inferx.errors import BadInput, TooLarge, WrongMediaType
from inferx.http import events
from inferx.http.events import Event

# zlib's ``wbits``: 31 for gzip's header and trailer, 15 for zlib's own, which HTTP calls deflate.
_WINDOW_BITS = {"gzip": 31, "x-gzip": 31, "deflate": 15}


def decoded_body(event: Event, at_most: int) -> bytes:
    """Return the request's body, decompressed if it is compressed.

    Args:
        event: the request.
        at_most: how many bytes to decompress; a larger body is not read to its end.

    Raises:
        BadInput: the body is not what its ``Content-Encoding`` says.
        TooLarge: it has more bytes.
        WrongMediaType: its ``Content-Encoding`` is none that is read here.
    """
    body = events.body(event)
    named = events.headers(event).get("content-encoding")
    if not named:
        return body
    coding = named.strip().lower()
    if coding == "identity":
        return body
    if coding not in _WINDOW_BITS:
        raise WrongMediaType("Content-Encoding must be gzip, deflate or identity.")
    if body and not event.get("isBase64Encoded"):
        # The gateway passes bodies of text types on as text, in which compressed bytes are lost.
        raise BadInput(
            "A compressed body needs a Content-Type that is not text: "
            "send application/octet-stream, or none."
        )
    return _decompressed(body, coding, at_most)


def _decompressed(body: bytes, coding: str, at_most: int) -> bytes:
    stream = zlib.decompressobj(_WINDOW_BITS[coding])
    try:
        content = stream.decompress(body, at_most + 1)
    except zlib.error:
        raise BadInput(f"The request body is not valid {coding}.") from None
    if len(content) > at_most:
        raise TooLarge(f"A request takes at most {at_most:,} bytes, decompressed.")
    if not stream.eof or stream.unused_data:
        raise BadInput(f"The request body is not one whole {coding} stream.")
    return content
