"""The OpenAPI document with the address that a client reaches the API at."""

import json
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from inferx.http import events
from inferx.http.events import Event
from inferx.settings import settings

_FILE = Path(__file__).parent / "assets/openapi.json"
_ROUTE = "/openapi.json"


def document_for(event: Event) -> str:
    """Return the document as JSON, with the server that this request was sent to.

    The committed document has a placeholder instead, because a deployment's address is known
    only when it is used: there may be a stage, custom domains and base paths.
    """
    server = {"url": server_url(event), "description": "This deployment."}
    return json.dumps({**_document(), "servers": [server]}, ensure_ascii=False)


def server_url(event: Event) -> str:
    """Return the API's base URL, without a slash at its end.

    ``rawPath`` begins with the stage, or with the base path of a custom domain's mapping, where
    there is one (API Gateway Developer Guide, "Working with API mappings for HTTP APIs").
    """
    if settings.public_url:
        return settings.public_url
    headers = events.headers(event)
    scheme = "http" if headers.get("x-forwarded-proto") == "http" else "https"
    host = headers.get("host") or event["requestContext"]["domainName"]
    base_path = events.path(event).rstrip("/").removesuffix(_ROUTE)
    return f"{scheme}://{host}{quote(base_path)}"


@cache
def _document() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(_FILE.read_text())
    return document
