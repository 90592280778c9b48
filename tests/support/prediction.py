"""The predict function, called as the gateway calls it for a known user."""

import base64
import json
from typing import Any, NamedTuple
from urllib.parse import unquote
from uuid import uuid4

from tools.lambdas import invoke


class Answer(NamedTuple):
    """The function's response."""

    status: int
    headers: dict[str, str]
    content: bytes

    def json(self) -> Any:
        """The body, as JSON."""
        return json.loads(self.content)


class Server:
    """Calls the predict function."""

    owner = "owner-1"

    def predict(self, address: str, given: Any, **options: Any) -> Answer:
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
    ) -> Answer:
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
            known = {"user_id": user, "scopes": scopes, "kind": "access_token"}
            event["requestContext"]["authorizer"] = {"lambda": known}
        told = invoke("PredictFunction", event)
        json.dumps(told)
        content = told.get("body", "")
        raw = base64.b64decode(content) if told.get("isBase64Encoded") else content.encode()
        return Answer(told["statusCode"], told["headers"], raw)
