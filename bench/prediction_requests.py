"""Requests for predictions, as clients and as API Gateway send them."""

import base64
import json
from typing import Any

OWNER = "01939d5e-0000-7000-8000-000000000000"
MODEL_ID = "01939d5e-0000-7000-8000-000000000001"
NAME = "iris"


def body(given: Any) -> str:
    """Return a prediction request's body."""
    return json.dumps({"input": given}, separators=(",", ":"))


def event(given: Any, address: str = MODEL_ID) -> dict[str, Any]:
    """Return the same request as API Gateway passes it, the authorizer's context included."""
    path = f"/api/v1/predict/{address}"
    asked = _event("POST /api/v1/predict/{id}", path, {"id": address})
    return asked | {"body": body(given)}


def infer_body(rows: list[list[float]]) -> str:
    """Return an inference request of the Open Inference Protocol, its data in JSON."""
    shape = [len(rows), len(rows[0])]
    return json.dumps({"inputs": [{"name": "X", "shape": shape, "datatype": "FP64", "data": rows}]})


def infer_event(rows: list[list[float]]) -> dict[str, Any]:
    """Return the same request as API Gateway passes it."""
    return _infer(MODEL_ID) | {"body": infer_body(rows)}


def binary_event(raw: bytes, shape: tuple[int, ...], address: str) -> dict[str, Any]:
    """Return a request of one FP32 tensor in binary, and the response in binary, as passed on."""
    parameters = {"binary_data_size": len(raw)}
    tensor = {"name": "X", "shape": shape, "datatype": "FP32", "parameters": parameters}
    request = {"inputs": [tensor], "parameters": {"binary_data_output": True}}
    head = json.dumps(request).encode()
    asked = _infer(address)
    asked["headers"]["content-type"] = "application/octet-stream"
    asked["headers"]["inference-header-content-length"] = str(len(head))
    content = base64.b64encode(head + raw).decode()
    return asked | {"body": content, "isBase64Encoded": True}


def _infer(address: str) -> dict[str, Any]:
    path = f"/v2/models/{address}/infer"
    return _event("POST /v2/models/{name}/infer", path, {"name": address})


def _event(route: str, path: str, parameters: dict[str, str]) -> dict[str, Any]:
    return {
        "version": "2.0",
        "routeKey": route,
        "rawPath": path,
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
        "pathParameters": parameters,
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
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": "192.0.2.1",
                "userAgent": "python-requests/2.34.2",
            },
            "requestId": "Zw7mEgEnIAMEV1g=",
            "routeKey": route,
            "stage": "$default",
            "time": "23/Nov/2026:10:00:00 +0000",
            "timeEpoch": 1795428000000,
        },
        "isBase64Encoded": False,
    }
