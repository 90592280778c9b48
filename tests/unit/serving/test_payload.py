"""The largest responses that Lambda sends."""

import json
from typing import Any

import pytest

from inferx.errors import TooLarge
from inferx.http.payload import PAYLOAD_BYTES, binary_response, json_response
from inferx.serving import json_text

REST = 4_096  # kept for the status and the headers


def size(response: dict[str, Any]) -> int:
    """Return the bytes that Lambda's runtime makes of a response."""
    return len(json.dumps(response, ensure_ascii=False).encode())


@pytest.mark.parametrize(
    ("character", "each"),
    [("x", 1), ('"', 4), ("\\", 4), ("é", 2), ("😀", 4), ("\n", 3), ("\x01", 7)],
)
def test_a_body_is_bounded_by_its_size_in_the_payload(character: str, each: int) -> None:
    # The text's own quotes take four bytes; they are escaped once.
    fitting = (PAYLOAD_BYTES - REST - 4) // each

    response = json_response(json_text.write(character * fitting))

    assert PAYLOAD_BYTES - REST < size(response) <= PAYLOAD_BYTES
    with pytest.raises(TooLarge):
        json_response(json_text.write(character * (fitting + 1)))


def test_a_binary_body_is_bounded_by_its_size_in_base64() -> None:
    fitting = (PAYLOAD_BYTES - REST) // 4 * 3

    response = binary_response(bytes(fitting), {"inference-header-content-length": "1000"})

    assert PAYLOAD_BYTES - REST < size(response) <= PAYLOAD_BYTES
    with pytest.raises(TooLarge):
        binary_response(bytes(fitting + 1), {})
