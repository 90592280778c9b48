"""JSON as any client may send it, and as every client can read it (RFC 8259)."""

import json
import math
from typing import Any

from inferx.errors import BadInput

# Prebuilt: json.loads and json.dumps make a new one at each call with these options.
_decode = json.JSONDecoder().decode
_encode = json.JSONEncoder(
    allow_nan=False,
    check_circular=False,
    separators=(",", ":"),
    default=lambda array: array.tolist(),
).encode


def parse(body: bytes) -> Any:
    """Return what the JSON text holds, ``NaN`` and ``Infinity`` included: Python sends them.

    Args:
        body: UTF-8, as RFC 8259 (section 8.1) has it; a byte order mark is ignored.

    Raises:
        BadInput: it is no JSON, is nested too deeply, or holds a number of thousands of digits.
    """
    try:
        return _decode(body.decode("utf-8-sig"))
    except RecursionError:
        raise BadInput("The request body is nested too deeply.") from None
    except ValueError:  # no UTF-8, no JSON, or an integer that int() refuses for its length
        raise BadInput("The request body is not valid JSON.") from None


def write(content: Any) -> str:
    """Return the content as JSON text in ASCII.

    Numbers that JSON lacks (NaN, infinities) become ``null``.
    """
    try:
        return _encode(content)
    except ValueError:
        return _encode(_nulls_for_nan(content))


def _nulls_for_nan(content: Any) -> Any:
    if isinstance(content, float):
        return content if math.isfinite(content) else None
    if hasattr(content, "tolist"):
        return _nulls_for_nan(content.tolist())
    if isinstance(content, list):
        return [_nulls_for_nan(item) for item in content]
    if isinstance(content, dict):
        return {key: _nulls_for_nan(value) for key, value in content.items()}
    return content
