"""What the gateway matches with no route: other methods, trailing slashes, unknown addresses.

The gateway gives all of it to the route ``$default``, without an authorizer.
"""

import json
from functools import cache
from pathlib import Path
from urllib.parse import quote

from inferx.errors import NotFound, WrongMethod
from inferx.http import events
from inferx.http.events import Event, Response

_TABLE = Path(__file__).parent / "assets/routes.json"


def respond_unmatched(event: Event) -> Response:
    """Answer a preflight, redirect to the address without its trailing slash, or refuse.

    Raises:
        WrongMethod: the address takes other methods.
        NotFound: there is no such address.
    """
    path, method = events.path(event), events.method(event)
    if method == "OPTIONS":  # a browser's preflight: the gateway adds the headers
        return {"statusCode": 204, "headers": {}, "body": ""}
    allowed = methods_at(path)
    if allowed and method not in allowed:
        raise WrongMethod(allowed)
    address, slash, nothing = path.rpartition("/")
    if slash and not nothing and methods_at(address):
        return _redirect(address.rpartition("/")[2], event.get("rawQueryString", ""))
    raise NotFound("There is nothing at this address.")


def readable_route(event: Event) -> tuple[str, dict[str, str]] | None:
    """Return the public ``GET`` route of a ``HEAD`` request, and its path parameters.

    Returns:
        The path as the template writes it, or ``None`` when there is no such route.
    """
    if events.method(event) != "HEAD":
        return None
    for template, methods in _table().items():
        parameters = _match(events.path(event), template)
        if parameters is not None and "HEAD" in methods:
            return template, parameters
    return None


def methods_at(path: str) -> list[str]:
    """Return the methods that this address takes; none when there is no such address."""
    found = {
        method
        for template, methods in _table().items()
        if _match(path, template) is not None
        for method in methods
    }
    return sorted(found)


def _redirect(last_segment: str, query: str) -> Response:
    # Relative, so that it holds under any stage or path prefix. 308 keeps the method and the body.
    location = f"../{quote(last_segment, safe='')}" + (f"?{query}" if query else "")
    return {"statusCode": 308, "headers": {"location": location}, "body": ""}


def _match(path: str, template: str) -> dict[str, str] | None:
    segments, names = path.split("/"), template.split("/")
    if len(segments) != len(names):
        return None
    parameters = {}
    for segment, name in zip(segments, names, strict=True):
        if name.startswith("{") and segment:
            parameters[name[1:-1]] = segment
        elif segment != name:
            return None
    return parameters


@cache
def _table() -> dict[str, list[str]]:
    table: dict[str, list[str]] = json.loads(_TABLE.read_text())
    return table
