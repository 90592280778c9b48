"""Fetches the one file and stores the one result, by the presigned URLs of a request.

Both are proved by size: a connection that ends early looks to http.client like the end of the file.
"""

import http.client
import os
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from inferx import deadline
from inferx.errors import Unavailable

_CHUNK = 1 << 20
_TRIES = 3
_SECONDS = 30

# Presigned URLs carry their own right; no proxy of the environment comes between.
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class _WrongSize(Exception):
    """The storage sent another number of bytes than the object has."""


_TRANSIENT = (
    urllib.error.URLError,
    TimeoutError,
    ConnectionError,
    ssl.SSLError,
    http.client.HTTPException,
    _WrongSize,
)


def download(url: str, target: Path, size: int) -> None:
    """Fetch an object into ``target``.

    Args:
        url: http or https, signed.
        target: the file to write.
        size: the object's, in bytes.

    Raises:
        Unavailable: the storage does not send exactly these bytes, tried three times.
    """

    def attempt() -> None:
        with (
            _opener.open(_request(url, "GET"), timeout=_timeout()) as response,
            target.open("wb") as out,
        ):
            if response.headers.get("Content-Length", str(size)) != str(size):
                raise _WrongSize
            left = size
            while piece := response.read(_CHUNK):
                left -= len(piece)
                if left < 0:
                    raise _WrongSize
                out.write(piece)
            if left:
                raise _WrongSize

    _with_retries(attempt)


def upload(url: str, content: BinaryIO) -> None:
    """Store a whole file at ``url``.

    Args:
        url: http or https, signed.
        content: the open file, of the size that the storage is to expect.

    Raises:
        Unavailable: the storage does not take it, tried three times.
    """
    size = os.fstat(content.fileno()).st_size

    def attempt() -> None:
        content.seek(0)
        request = _request(url, "PUT", content)
        request.add_header("Content-Length", str(size))
        request.add_header("Content-Type", "application/octet-stream")
        with _opener.open(request, timeout=_timeout()) as response:
            response.read()

    _with_retries(attempt)


def _request(url: str, method: str, content: BinaryIO | None = None) -> urllib.request.Request:
    # http or https: inferx.conversion.contract takes no other URL.
    return urllib.request.Request(url, data=content, method=method)  # noqa: S310  # see above


def _timeout() -> float:
    seconds = deadline.remaining(_SECONDS)
    if seconds == 0:
        raise TimeoutError
    return seconds


def _with_retries(attempt: Callable[[], None]) -> None:
    for number in range(1, _TRIES + 1):
        try:
            attempt()
        except _TRANSIENT as failure:
            if number == _TRIES or _is_final(failure):
                raise Unavailable from failure
        else:
            return
        time.sleep(0.2 * 2**number)


def _is_final(failure: Exception) -> bool:
    if not isinstance(failure, urllib.error.HTTPError):
        return False
    failure.close()
    return failure.code < 500
