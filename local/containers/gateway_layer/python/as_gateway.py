"""What Lambda calls behind `sam local start-api`: each handler, given headers as by API Gateway.

An HTTP API writes the names of headers in lower case (payload format 2.0); `sam local start-api`
writes ``Authorization``. Elsewhere the functions' own handlers are called.
"""

from importlib import import_module
from typing import Any

_handle = import_module("app").handler


def handler(event: dict[str, Any], context: Any) -> Any:
    """Call the function's own handler with lower-case names of headers."""
    headers = event.get("headers") or {}
    event["headers"] = {name.lower(): value for name, value in headers.items()}
    return _handle(event, context)
