"""Fetches the one file and stores the one result, by the presigned URLs a job came with."""

import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

from inferx.errors import Refused, Unavailable

_CHUNK = 1 << 20
_TRIES = 3
_SECONDS = 30

# Presigned URLs carry their own right; no proxy of the environment comes between.
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def download(url: str, target: Path, limit: int) -> None:
    """Fetch ``url`` into ``target``.

    Raises:
        Refused: when the file is larger than ``limit`` bytes.
        Unavailable: when the storage does not answer.
    """

    def attempt() -> None:
        with (
            _opener.open(_request(url, "GET"), timeout=_SECONDS) as answer,
            target.open("wb") as out,
        ):
            left = limit
            while piece := answer.read(_CHUNK):
                left -= len(piece)
                if left < 0:
                    raise Refused(f"The file is larger than {limit >> 20} MB.")
                out.write(piece)

    _with_retries(attempt)


def upload(url: str, content: BinaryIO, size: int) -> None:
    """Store ``size`` bytes of ``content`` at ``url``.

    Raises:
        Unavailable: when the storage does not take them.
    """

    def attempt() -> None:
        content.seek(0)
        request = _request(url, "PUT", content)
        request.add_header("Content-Length", str(size))
        request.add_header("Content-Type", "application/octet-stream")
        with _opener.open(request, timeout=_SECONDS) as answer:
            answer.read()

    _with_retries(attempt)


def _request(url: str, method: str, content: BinaryIO | None = None) -> urllib.request.Request:
    if urlsplit(url).scheme not in ("http", "https"):
        raise ValueError("a job's URLs are http or https")
    return urllib.request.Request(url, data=content, method=method)  # noqa: S310  # checked above


def _with_retries(attempt: Callable[[], None]) -> None:
    for number in range(1, _TRIES + 1):
        try:
            attempt()
        except urllib.error.HTTPError as failure:
            if failure.code < 500 or number == _TRIES:
                raise Unavailable(f"The storage answered {failure.code}.") from failure
        except (urllib.error.URLError, TimeoutError, ConnectionError) as failure:
            if number == _TRIES:
                raise Unavailable("The storage does not answer.") from failure
        else:
            return
        time.sleep(0.2 * 2**number)
