"""The OpenAPI document with the address that a client reaches the API at."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from inferx.http.base_url import base_url
from inferx.http.events import Event

_FILE = Path(__file__).parent / "assets/openapi.json"
_ROUTE = "/openapi.json"


def document_for(event: Event) -> str:
    """Return the document as JSON, with the server that this request was sent to.

    The committed document has a placeholder instead, because a deployment's address is known
    only when it is used: there may be a stage, custom domains and base paths.
    """
    server = {"url": base_url(event, _ROUTE), "description": "This deployment."}
    return json.dumps({**_document(), "servers": [server]}, ensure_ascii=False)


@cache
def _document() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(_FILE.read_text())
    return document
