"""Requests for predictions, as clients and as API Gateway send them."""

import json
from typing import Any

OWNER = "01939d5e-0000-7000-8000-000000000000"
MODEL_ID = "01939d5e-0000-7000-8000-000000000001"
NAME = "iris"
ROUTE = "POST /api/v1/predict/{id}"


def body(given: Any) -> str:
    """Return a prediction request's body."""
    return json.dumps({"input": given})


def event(given: Any, address: str = MODEL_ID) -> dict[str, Any]:
    """Return the same request as API Gateway passes it, the authorizer's context included."""
    return {
        "version": "2.0",
        "routeKey": ROUTE,
        "rawPath": f"/api/v1/predict/{address}",
        "rawQueryString": "",
        "headers": {
            "accept": "*/*",
            "authorization": "Bearer " + "x" * 300,
            "content-type": "application/json",
            "host": "abcdefghij.execute-api.us-east-1.amazonaws.com",
            "user-agent": "python-requests/2.34.2",
            "x-amzn-trace-id": "Root=1-67000000-000000000000000000000000",
            "x-forwarded-for": "192.0.2.1",
            "x-forwarded-port": "443",
            "x-forwarded-proto": "https",
        },
        "pathParameters": {"id": address},
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "abcdefghij",
            "authorizer": {
                "lambda": {
                    "user_id": OWNER,
                    "scopes": "models:read models:write predict",
                    "kind": "access_token",
                }
            },
            "domainName": "abcdefghij.execute-api.us-east-1.amazonaws.com",
            "http": {
                "method": "POST",
                "path": f"/api/v1/predict/{address}",
                "protocol": "HTTP/1.1",
                "sourceIp": "192.0.2.1",
                "userAgent": "python-requests/2.34.2",
            },
            "requestId": "Zw7mEgEnIAMEV1g=",
            "routeKey": ROUTE,
            "stage": "$default",
            "time": "23/Nov/2026:10:00:00 +0000",
            "timeEpoch": 1795428000000,
        },
        "body": body(given),
        "isBase64Encoded": False,
    }
