"""The predict function, called as the gateway calls it for an authenticated user."""

import base64
import json
from typing import Any, NamedTuple
from urllib.parse import unquote
from uuid import uuid4

from tools.lambdas import invoke


class Response(NamedTuple):
    """The function's response; ``payload_bytes`` is what Lambda sends for all of it."""

    status: int
    headers: dict[str, str]
    content: bytes
    payload_bytes: int

    def json(self) -> Any:
        """Return the body, as JSON."""
        return json.loads(self.content)


class Server:
    """Calls the predict function."""

    owner = "owner-1"

    def predict(self, address: str, given: Any, **options: Any) -> Response:
        """Ask for a prediction."""
        body = json.dumps({"input": given})
        return self.call("POST /api/v1/predict/{id}", {"id": address}, body, **options)

    def call(
        self,
        route: str,
        parameters: dict[str, str] | None = None,
        body: str | bytes = "",
        *,
        user: str | None = owner,
        scopes: str = "predict",
        headers: dict[str, str] | None = None,
    ) -> Response:
        """Call any route of the function; bytes go as the gateway sends binary bodies."""
        event: dict[str, Any] = {
            "routeKey": route,
            "headers": headers or {},
            "pathParameters": {key: unquote(each) for key, each in (parameters or {}).items()},
            "requestContext": {"requestId": str(uuid4()), "http": {}},
            "isBase64Encoded": isinstance(body, bytes),
            "body": base64.b64encode(body).decode() if isinstance(body, bytes) else body,
        }
        if user is not None:
            principal = {"user_id": user, "scopes": scopes, "kind": "access_token"}
            event["requestContext"]["authorizer"] = {"lambda": principal}
        response = invoke("PredictFunction", event)
        size = len(json.dumps(response))
        content = response.get("body", "")
        encoded = response.get("isBase64Encoded")
        raw = base64.b64decode(content) if encoded else content.encode()
        return Response(response["statusCode"], response["headers"], raw, size)
