"""Writes ``functions/docs/assets/openapi.json``: ``make openapi``.

The fragments in ``fragments/`` are pieces of OpenAPI, merged in the order of ``FRAGMENTS``, which
is the order of the document. An operation of a function with a Powertools resolver describes its
parameters and bodies itself; its fragment adds the operation's id, its examples and its errors.
Responses and headers that all operations share are added here.
"""

import json
from typing import Any

from inferx import __version__
from tools.openapi.fragments import FRAGMENTS, fragment, merged
from tools.openapi.resolved import Document, resolved_operations
from tools.template import ROOT, routes

DOCUMENT = ROOT / "functions/docs/assets/openapi.json"
METHODS = ("get", "put", "post", "delete")
_REQUEST_ID = {"$ref": "#/components/headers/RequestId"}


def build() -> Document:
    """Return the whole document.

    Raises:
        ValueError: a function has an operation that no fragment mentions.
    """
    resolved, schemas = resolved_operations()
    document: Document = {"components": {"schemas": schemas}, "tags": [], "paths": {}}
    for name in FRAGMENTS:
        part = fragment(name)
        document["tags"] += part.pop("tags", [])
        for path, item in part.pop("paths", {}).items():
            described = resolved.pop(path, {})
            document["paths"][path] = _in_order(merged(described, item), item)
        document = merged(document, part)
    if resolved:
        raise ValueError(f"No fragment mentions {', '.join(sorted(resolved))}.")
    document["info"]["version"] = __version__
    _complete_operations(document)
    for response in document["components"]["responses"].values():
        _add_request_id(response)
    return {key: document[key] for key in ("openapi", "info", "servers", "security", "tags")} | {
        "paths": document["paths"],
        "components": document["components"],
    }


def _in_order(item: Document, order: Document) -> Document:
    if item.keys() - order.keys():
        raise ValueError(f"No fragment mentions {item.keys() - order.keys()} of {list(item)}.")
    return {key: item[key] for key in order}


def _complete_operations(document: Document) -> None:
    public = {(route.path, route.method.lower()) for route in routes() if route.public}
    for path, item in document["paths"].items():
        prefix = "Protocol" if f"{path}/".startswith("/v2/") else ""
        for method, operation in item.items():
            if method not in METHODS:
                continue
            shared = {"429": "TooManyRequests", "500": "InternalError", "503": "Unavailable"}
            if (path, method) in public:
                operation["security"] = []
            else:
                shared["401"] = "Unauthenticated"
            responses = operation["responses"]
            for status, name in shared.items():
                reference = {"$ref": f"#/components/responses/{prefix}{name}"}
                responses.setdefault(status, reference)
            operation["responses"] = dict(sorted(responses.items()))
            for response in responses.values():
                _add_request_id(response)


def _add_request_id(response: dict[str, Any]) -> None:
    if "$ref" not in response:
        response.setdefault("headers", {})["x-request-id"] = _REQUEST_ID


def main() -> None:
    """Write the document."""
    DOCUMENT.write_text(json.dumps(build(), indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
