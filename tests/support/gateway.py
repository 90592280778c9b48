"""API Gateway's HTTP API in process: real requests in, the template's routes, responses out."""

import base64
import json
from typing import Any
from uuid import uuid4

import requests

from tools.http_events import ORIGIN, authorized, authorizer_event, http_event
from tools.lambdas import invoke


class Client:
    """Sends requests to the functions as the deployed API would."""

    def __init__(self, source_ip: str = "192.0.2.1") -> None:
        self.source_ip = source_ip

    def request(self, method: str, path: str, **kwargs: Any) -> requests.Response:
        """Send one request; the arguments are those of :func:`requests.request`."""
        prepared = requests.Request(method, ORIGIN + path, **kwargs).prepare()
        request_id = str(uuid4())
        route, event = http_event(prepared, request_id=request_id, source_ip=self.source_ip)
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


def _authorize(event: dict[str, Any]) -> requests.Response | None:
    if "authorization" not in event["headers"]:
        return _response({"statusCode": 401, "body": '{"message":"Unauthorized"}'})
    decided = invoke("AuthorizerFunction", authorizer_event(event))
    if not decided["isAuthorized"]:
        return _response({"statusCode": 403, "body": '{"message":"Forbidden"}'})
    assert all(isinstance(value, str) for value in decided["context"].values())
    event["requestContext"] = authorized(event, decided["context"])["requestContext"]
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
