"""DynamoDB and Secrets Manager without boto3, whose import alone is most of a cold start.

Both speak JSON over one signed POST. The authorizer, on the way of every first request, reads
one item or one secret so.
"""

import json
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from inferx.clock import now
from inferx.errors import Unavailable
from inferx.settings import settings
from inferx.storage.signed.credentials import aws_credentials
from inferx.storage.signed.sigv4 import sign

_TIMEOUT_S = 3
_PAUSES_S = (0.05, 0.2)  # before the second and the third attempt


@dataclass(frozen=True, slots=True)
class _Service:
    signing_name: str
    target: str
    media_type: str
    endpoint_variable: str


_SERVICES = {
    "dynamodb": _Service(
        "dynamodb", "DynamoDB_20120810", "application/x-amz-json-1.0", "AWS_ENDPOINT_URL_DYNAMODB"
    ),
    "secretsmanager": _Service(
        "secretsmanager",
        "secretsmanager",
        "application/x-amz-json-1.1",
        "AWS_ENDPOINT_URL_SECRETS_MANAGER",
    ),
}


class Declined(Exception):
    """AWS understood the request and says no; ``code`` is its word for why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def call(service: str, operation: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """One call of an AWS operation.

    Args:
        service: ``dynamodb`` or ``secretsmanager``.
        operation: such as ``GetItem``.
        parameters: as the API reference has them, JSON types only.

    Raises:
        Declined: AWS answered with an error that repeating would not change.
        Unavailable: AWS did not answer, or too busily, three times.
    """
    body = json.dumps(parameters).encode()
    for pause in (*_PAUSES_S, None):
        try:
            status, content = _post(_SERVICES[service], operation, body)
        except (OSError, HTTPException):
            _connection.cache_clear()  # a kept connection that the other side has closed
        else:
            if status == 200:
                answer: dict[str, Any] = json.loads(content)
                return answer
            code = _error_code(content)
            if status < 500 and "Throttl" not in code and "ThroughputExceeded" not in code:
                raise Declined(code)
        if pause is not None:
            time.sleep(pause)
    raise Unavailable


def _post(service: _Service, operation: str, body: bytes) -> tuple[int, bytes]:
    endpoint = urlsplit(_endpoint(service))
    headers = sign(
        {
            "host": endpoint.netloc,
            "content-type": service.media_type,
            "x-amz-target": f"{service.target}.{operation}",
        },
        body,
        service=service.signing_name,
        region=settings.region,
        credentials=aws_credentials(),
        moment=now(),
    )
    connection = _connection(endpoint.scheme, endpoint.netloc)
    connection.request("POST", "/", body, headers)
    response = connection.getresponse()
    return response.status, response.read()


def _endpoint(service: _Service) -> str:
    given = os.environ.get(service.endpoint_variable) or os.environ.get("AWS_ENDPOINT_URL")
    suffix = "amazonaws.com.cn" if settings.region.startswith("cn-") else "amazonaws.com"
    return given or f"https://{service.signing_name}.{settings.region}.{suffix}"


@cache
def _connection(scheme: str, host: str) -> HTTPConnection:
    return (HTTPSConnection if scheme == "https" else HTTPConnection)(host, timeout=_TIMEOUT_S)


def _error_code(content: bytes) -> str:
    try:
        return str(json.loads(content)["__type"]).rpartition("#")[2]
    except (ValueError, KeyError, TypeError):
        return ""


def forget() -> None:
    """Drop every kept connection: those of a restored snapshot are dead."""
    _connection.cache_clear()
