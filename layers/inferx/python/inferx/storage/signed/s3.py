"""Objects of S3 without boto3, as :mod:`inferx.storage.signed.json_api` reads items.

Source: Amazon S3 API Reference, "GetObject", "PutObject" and "Error responses".
"""

import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import IO, NamedTuple
from urllib.parse import quote, urlsplit

from inferx.clock import now
from inferx.settings import settings
from inferx.storage.signed.credentials import aws_credentials
from inferx.storage.signed.exchange import Busy, Declined, connect, exchange, set_timeout
from inferx.storage.signed.sigv4 import sign

_TIMEOUT_S = 5
_CODE = re.compile(rb"<Code>(\w+)</Code>")


class _Request(NamedTuple):
    method: str
    host: str
    path: str
    content: bytes = b""


@contextmanager
def get_object(bucket: str, key: str) -> Iterator[tuple[int, IO[bytes]]]:
    """Yield an object's size in bytes, and its content to be read.

    Raises:
        Declined: S3 refused the request.
        Unavailable: S3 was not reached, or was too busy, three times.
    """
    scheme, host, path = _address(bucket, key)
    request = _Request("GET", host, path)
    # Not kept: the next cold model is as likely minutes away, and reads run side by side.
    with closing(connect(scheme, host, _TIMEOUT_S)) as connection:
        response = exchange(lambda seconds: _send(connection, request, seconds), _TIMEOUT_S)
        assert response.length is not None  # S3 gives every object's size
        yield response.length, response


def put_object(bucket: str, key: str, content: bytes) -> None:
    """Write an object.

    Raises:
        Declined: S3 refused the request.
        Unavailable: S3 was not reached, or was too busy, three times.
    """
    scheme, host, path = _address(bucket, key)
    request = _Request("PUT", host, path, content)
    with closing(connect(scheme, host, _TIMEOUT_S)) as connection:
        exchange(lambda seconds: _send(connection, request, seconds).read(), _TIMEOUT_S)


def _send(connection: HTTPConnection, request: _Request, timeout_s: float) -> HTTPResponse:
    method, host, path, content = request
    headers = sign(
        {"host": host, "x-amz-content-sha256": hashlib.sha256(content).hexdigest()},
        content,
        service="s3",
        region=settings.region,
        credentials=aws_credentials(),
        moment=now(),
        method=method,
        path=path,
    )
    set_timeout(connection, timeout_s)
    try:
        connection.request(method, path, content or None, headers)
        response = connection.getresponse()
        if response.status == 200:
            return response
        code = _CODE.search(response.read())
    except (OSError, HTTPException):
        connection.close()  # the next request opens it again
        raise
    if response.status >= 500:
        raise Busy
    raise Declined(code[1].decode() if code else str(response.status))


def _address(bucket: str, key: str) -> tuple[str, str, str]:
    given = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL")
    if given:
        endpoint = urlsplit(given)
        return endpoint.scheme, endpoint.netloc, f"/{bucket}/{quote(key)}"
    suffix = "amazonaws.com.cn" if settings.region.startswith("cn-") else "amazonaws.com"
    return "https", f"{bucket}.s3.{settings.region}.{suffix}", f"/{quote(key)}"
