"""Reading objects from S3 without boto3, as :mod:`inferx.storage.signed.json_api` reads items.

Source: Amazon S3 API Reference, "GetObject" and "Error responses".
"""

import hashlib
import os
import re
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import IO
from urllib.parse import quote, urlsplit

from inferx.clock import now
from inferx.errors import Unavailable
from inferx.settings import settings
from inferx.storage.signed.credentials import aws_credentials
from inferx.storage.signed.json_api import Declined
from inferx.storage.signed.sigv4 import sign

_TIMEOUT_S = 5
_PAUSES_S = (0.05, 0.2)  # before the second and the third attempt
_NOTHING = hashlib.sha256(b"").hexdigest()
_CODE = re.compile(rb"<Code>(\w+)</Code>")


@contextmanager
def get_object(bucket: str, key: str) -> Iterator[tuple[int, IO[bytes]]]:
    """An object's size, and its content to be read.

    Raises:
        Declined: S3 answers with an error that repeating would not change.
        Unavailable: S3 did not answer, or too busily, three times.
    """
    scheme, host, path = _address(bucket, key)
    # Not kept: the next cold model is as likely minutes away, and reads run side by side.
    kind = HTTPSConnection if scheme == "https" else HTTPConnection
    with closing(kind(host, timeout=_TIMEOUT_S)) as connection:
        response = _answer(connection, host, path)
        assert response.length is not None  # S3 tells every object's size
        yield response.length, response


def _answer(connection: HTTPConnection, host: str, path: str) -> HTTPResponse:
    for pause in (*_PAUSES_S, None):
        try:
            response = _get(connection, host, path)
        except (OSError, HTTPException):
            connection.close()  # it connects afresh when asked again
        else:
            if response.status == 200:
                return response
            code = _CODE.search(response.read())
            if response.status < 500:
                raise Declined(code[1].decode() if code else str(response.status))
        if pause is not None:
            time.sleep(pause)
    raise Unavailable


def _get(connection: HTTPConnection, host: str, path: str) -> HTTPResponse:
    headers = sign(
        {"host": host, "x-amz-content-sha256": _NOTHING},
        b"",
        service="s3",
        region=settings.region,
        credentials=aws_credentials(),
        moment=now(),
        method="GET",
        path=path,
    )
    connection.request("GET", path, headers=headers)
    return connection.getresponse()


def _address(bucket: str, key: str) -> tuple[str, str, str]:
    given = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL")
    if given:
        endpoint = urlsplit(given)
        return endpoint.scheme, endpoint.netloc, f"/{bucket}/{quote(key)}"
    suffix = "amazonaws.com.cn" if settings.region.startswith("cn-") else "amazonaws.com"
    return "https", f"{bucket}.s3.{settings.region}.{suffix}", f"/{quote(key)}"
