"""API Gateway's HTTP API in process: real requests in, the template's routes, responses out.

Source: Amazon API Gateway Developer Guide, "Create AWS Lambda proxy integrations for HTTP
APIs" and "Control access to HTTP APIs with AWS Lambda authorizers", payload format 2.0.
"""

import base64
import json
import re
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import uuid4

import requests

from tools.lambdas import invoke
from tools.template import Route, routes

_ORIGIN = "https://api.test"
_TEXT = re.compile(r"text/|application/(json|javascript|xml|x-www-form-urlencoded)")


class Client:
    """Sends requests to the functions as the deployed API would."""

    def __init__(self, source_ip: str = "192.0.2.1") -> None:
        self.source_ip = source_ip

    def request(self, method: str, path: str, **kwargs: Any) -> requests.Response:
        """Send one request; the arguments are those of :func:`requests.request`."""
        prepared = requests.Request(method, _ORIGIN + path, **kwargs).prepare()
        route, parameters = _match(method, unquote(urlsplit(str(prepared.url)).path))
        event = self._event(route, parameters, prepared)
        if not route.public:
            refusal = _authorize(event)
            if refusal is not None:  # a refused response is falsy
                return refusal
        response = _response(invoke(route.function, event))
        assert method != "HEAD" or not response.content, "a response to HEAD has no body"
        return response

    def get(self, path: str, **kwargs: Any) -> requests.Response:
        """Send a GET request."""
        return self.request("GET", path, **kwargs)

    def post(self, path: str, **kwargs: Any) -> requests.Response:
        """Send a POST request."""
        return self.request("POST", path, **kwargs)

    def put(self, path: str, **kwargs: Any) -> requests.Response:
        """Send a PUT request."""
        return self.request("PUT", path, **kwargs)

    def delete(self, path: str, **kwargs: Any) -> requests.Response:
        """Send a DELETE request."""
        return self.request("DELETE", path, **kwargs)

    def _event(
        self, route: Route, parameters: dict[str, str], prepared: requests.PreparedRequest
    ) -> dict[str, Any]:
        url = urlsplit(str(prepared.url))
        headers = {name.lower(): value for name, value in prepared.headers.items()}
        body, encoded = _body(prepared.body, headers.get("content-type", ""))
        query = parse_qs(url.query, keep_blank_values=True)
        event: dict[str, Any] = {
            "version": "2.0",
            "routeKey": route.key,
            "rawPath": unquote(url.path),
            "rawQueryString": url.query,
            "headers": headers,
            "requestContext": {
                "accountId": "123456789012",
                "apiId": "test",
                "domainName": "api.test",
                "http": {
                    "method": str(prepared.method),
                    "path": unquote(url.path),
                    "protocol": "HTTP/1.1",
                    "sourceIp": self.source_ip,
                    "userAgent": "test",
                },
                "requestId": str(uuid4()),
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
        return event


def _match(method: str, path: str) -> tuple[Route, dict[str, str]]:
    *matching, default = routes()
    for route in matching:
        pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", route.path)
        matched = re.fullmatch(pattern, path)
        if matched and route.method == method:
            return route, matched.groupdict()
    return default, {}


def _body(content: bytes | str | None, content_type: str) -> tuple[str, bool]:
    raw = content.encode() if isinstance(content, str) else content or b""
    if not raw or _TEXT.match(content_type):
        return raw.decode(), False
    return base64.b64encode(raw).decode(), True


def _authorize(event: dict[str, Any]) -> requests.Response | None:
    if "authorization" not in event["headers"]:
        return _response({"statusCode": 401, "body": '{"message":"Unauthorized"}'})
    asked = {
        **{name: value for name, value in event.items() if name not in {"body", "isBase64Encoded"}},
        "type": "REQUEST",
        "routeArn": "arn:aws:execute-api:us-east-1:123456789012:test/$default/" + event["routeKey"],
        "identitySource": [event["headers"]["authorization"]],
    }
    decided = invoke("AuthorizerFunction", asked)
    if not decided["isAuthorized"]:
        return _response({"statusCode": 403, "body": '{"message":"Forbidden"}'})
    assert all(isinstance(value, str) for value in decided["context"].values())
    event["requestContext"]["authorizer"] = {"lambda": decided["context"]}
    return None


def _response(returned: dict[str, Any]) -> requests.Response:
    json.dumps(returned)  # Lambda's own serialisation would fail where this does
    response = requests.Response()
    response.status_code = int(returned["statusCode"])
    content = returned.get("body") or ""
    encoded = returned.get("isBase64Encoded", False)
    response._content = base64.b64decode(content) if encoded else content.encode()
    response.headers.update(returned.get("headers", {}))
    response.encoding = "utf-8"
    return response
