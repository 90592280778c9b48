"""HTTP API events, as API Gateway makes them of requests by the routes of ``template.yaml``.

Source: Amazon API Gateway Developer Guide, "Create AWS Lambda proxy integrations for HTTP
APIs" and "Control access to HTTP APIs with AWS Lambda authorizers", payload format 2.0.
"""

import base64
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import requests

from tools.template import Route, routes

ORIGIN = "https://api.test"
_TEXT = re.compile(r"text/|application/(json|javascript|xml|x-www-form-urlencoded)")

type Event = dict[str, Any]


def match(method: str, path: str) -> tuple[Route, dict[str, str]]:
    """Return the route that the gateway picks, and its path parameters.

    Args:
        method: the request's.
        path: the request's, percent-decoded.
    """
    *matching, default = routes()
    for route in matching:
        pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", route.path)
        matched = re.fullmatch(pattern, path)
        if matched and route.method == method:
            return route, matched.groupdict()
    return default, {}


def http_event(
    prepared: requests.PreparedRequest, *, request_id: str, source_ip: str
) -> tuple[Route, Event]:
    """Return the route that a request takes, and the event of it without an authorizer's context.

    Args:
        prepared: the request, to :data:`ORIGIN`.
        request_id: the gateway's.
        source_ip: the client's address.
    """
    url = urlsplit(str(prepared.url))
    route, parameters = match(str(prepared.method), unquote(url.path))
    headers = {name.lower(): value for name, value in prepared.headers.items()}
    body, encoded = _body(prepared.body, headers.get("content-type", ""))
    query = parse_qs(url.query, keep_blank_values=True)
    event: Event = {
        "version": "2.0",
        "routeKey": route.key,
        "rawPath": unquote(url.path),
        "rawQueryString": url.query,
        "headers": headers,
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "test",
            "domainName": urlsplit(ORIGIN).netloc,
            "http": {
                "method": str(prepared.method),
                "path": unquote(url.path),
                "protocol": "HTTP/1.1",
                "sourceIp": source_ip,
                "userAgent": "test",
            },
            "requestId": request_id,
            "routeKey": route.key,
            "stage": "$default",
        },
        "isBase64Encoded": encoded,
    }
    if query:
        event["queryStringParameters"] = {name: ",".join(each) for name, each in query.items()}
    if parameters:
        event["pathParameters"] = parameters
    if body:
        event["body"] = body
    return route, event


def authorizer_event(event: Event) -> Event:
    """Return what the authorizer gets for a request with an Authorization header."""
    return {
        **{name: value for name, value in event.items() if name not in {"body", "isBase64Encoded"}},
        "type": "REQUEST",
        "routeArn": "arn:aws:execute-api:us-east-1:123456789012:test/$default/" + event["routeKey"],
        "identitySource": [event["headers"]["authorization"]],
    }


def authorized(event: Event, context: Mapping[str, str]) -> Event:
    """Return the event with what the authorizer decided in it."""
    with_context = {**event["requestContext"], "authorizer": {"lambda": dict(context)}}
    return {**event, "requestContext": with_context}


def _body(content: bytes | str | None, content_type: str) -> tuple[str, bool]:
    raw = content.encode() if isinstance(content, str) else content or b""
    if not raw or _TEXT.match(content_type):
        return raw.decode(), False
    return base64.b64encode(raw).decode(), True
