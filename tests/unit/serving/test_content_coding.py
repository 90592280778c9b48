"""Compressed request bodies."""

import base64
import gzip
import tracemalloc
import zlib
from typing import Any

import pytest

from inferx.errors import BadInput, TooLarge, WrongMediaType
from inferx.http.content_coding import decoded_body

CONTENT = b'{"input": [1, 2]}'


def request(body: bytes, coding: str | None) -> dict[str, Any]:
    """Return a request as the gateway passes one whose content type is not text."""
    return {
        "headers": {} if coding is None else {"content-encoding": coding},
        "body": base64.b64encode(body).decode(),
        "isBase64Encoded": True,
    }


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        (None, CONTENT),
        ("identity", CONTENT),
        ("gzip", gzip.compress(CONTENT, mtime=0)),
        (" GZip ", gzip.compress(CONTENT, mtime=0)),
        ("x-gzip", gzip.compress(CONTENT, mtime=0)),
        ("deflate", zlib.compress(CONTENT)),
    ],
)
def test_a_body_is_read_in_its_encoding(coding: str | None, body: bytes) -> None:
    assert decoded_body(request(body, coding), 1_000) == CONTENT


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip, gzip", "deflate, gzip"])
def test_other_encodings_are_an_unsupported_media_type(coding: str) -> None:
    with pytest.raises(WrongMediaType, match="gzip, deflate or identity"):
        decoded_body(request(CONTENT, coding), 1_000)


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", CONTENT),
        ("gzip", b""),
        ("gzip", zlib.compress(CONTENT)),
        ("gzip", gzip.compress(CONTENT, mtime=0)[:-1]),
        ("gzip", gzip.compress(CONTENT, mtime=0)[:-4] + bytes(4)),
        ("gzip", gzip.compress(CONTENT, mtime=0) + b"more"),
        ("gzip", gzip.compress(CONTENT, mtime=0) * 2),
        ("deflate", CONTENT),
        ("deflate", gzip.compress(CONTENT, mtime=0)),
        ("deflate", zlib.compress(CONTENT)[:-1]),
    ],
)
def test_a_broken_compressed_body_is_bad_input(coding: str, body: bytes) -> None:
    with pytest.raises(BadInput, match=coding):
        decoded_body(request(body, coding), 1_000)


def test_a_compressed_body_that_came_as_text_is_bad_input_with_the_remedy() -> None:
    as_text = gzip.compress(CONTENT, mtime=0).decode(errors="replace")
    event = {"headers": {"content-encoding": "gzip"}, "body": as_text, "isBase64Encoded": False}

    with pytest.raises(BadInput, match="application/octet-stream"):
        decoded_body(event, 1_000)


def test_the_limit_counts_decompressed_bytes() -> None:
    body = gzip.compress(bytes(1_000))

    assert len(decoded_body(request(body, "gzip"), 1_000)) == 1_000
    with pytest.raises(TooLarge, match="at most 999 bytes"):
        decoded_body(request(body, "gzip"), 999)


@pytest.mark.parametrize("compress", [gzip.compress, zlib.compress])
def test_a_bomb_is_not_decompressed_past_the_limit(compress: Any) -> None:
    event = request(
        compress(bytes(200_000_000)), "gzip" if compress is gzip.compress else "deflate"
    )

    tracemalloc.start()
    with pytest.raises(TooLarge):
        decoded_body(event, 1_000_000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 4_000_000
