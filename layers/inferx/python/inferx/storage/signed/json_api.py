"""DynamoDB, Secrets Manager and SQS without boto3, whose import alone is most of a cold start.

Each takes JSON in one signed POST. The authorizer, the predict function and the workers of jobs
read and change their items, secrets and messages this way.
"""

import json
import os
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from inferx.clock import now
from inferx.settings import settings
from inferx.storage.signed.credentials import aws_credentials
from inferx.storage.signed.exchange import Busy, Declined, exchange, kept_connection
from inferx.storage.signed.sigv4 import sign

_TIMEOUT_S = 3


class _Service(NamedTuple):
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
    "stepfunctions": _Service(
        "states", "AWSStepFunctions", "application/x-amz-json-1.0", "AWS_ENDPOINT_URL_SFN"
    ),
    "sqs": _Service("sqs", "AmazonSQS", "application/x-amz-json-1.0", "AWS_ENDPOINT_URL_SQS"),
}


def call(service: str, operation: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Call an AWS operation and return its output.

    Args:
        service: ``dynamodb``, ``secretsmanager``, ``sqs`` or ``stepfunctions``.
        operation: such as ``GetItem``.
        parameters: as the API reference has them, JSON types only.

    Raises:
        Declined: AWS refused the request.
        Unavailable: AWS was not reached, or was too busy, three times.
    """
    body = json.dumps(parameters).encode()
    content = exchange(
        lambda seconds: _post(_SERVICES[service], operation, body, seconds), _TIMEOUT_S
    )
    output: dict[str, Any] = json.loads(content)
    return output


def _post(service: _Service, operation: str, body: bytes, timeout_s: float) -> bytes:
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
    with kept_connection(endpoint.scheme, endpoint.netloc, timeout_s) as connection:
        connection.request("POST", "/", body, headers)
        response = connection.getresponse()
        content = response.read()
    if response.status == 200:
        return content
    code = _error_code(content)
    if response.status >= 500 or "Throttl" in code or "ThroughputExceeded" in code:
        raise Busy(code)
    raise Declined(code)


def _endpoint(service: _Service) -> str:
    given = os.environ.get(service.endpoint_variable) or os.environ.get("AWS_ENDPOINT_URL")
    suffix = "amazonaws.com.cn" if settings.region.startswith("cn-") else "amazonaws.com"
    return given or f"https://{service.signing_name}.{settings.region}.{suffix}"


def _error_code(content: bytes) -> str:
    try:
        return str(json.loads(content)["__type"]).rpartition("#")[2]
    except (ValueError, KeyError, TypeError):
        return ""
