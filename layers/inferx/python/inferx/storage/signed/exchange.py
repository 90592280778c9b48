"""Exchanges with AWS: the connections, how long one may take, and when it is tried again.

Every wait is bounded by what is left of the invocation (:mod:`inferx.deadline`).
"""

import time
from collections.abc import Callable
from functools import cache
from http.client import HTTPConnection, HTTPException, HTTPSConnection

from inferx.deadline import remaining
from inferx.errors import Unavailable

_PAUSES_S = (0.0, 0.05, 0.2)  # before each attempt


class Busy(Exception):
    """AWS cannot respond now; another attempt may succeed."""


class Declined(Exception):
    """AWS refused the request, and repeating it would not help; ``code`` is its error code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def exchange[T](attempt: Callable[[float], T], timeout_s: float) -> T:
    """Return the result of the first of three attempts that succeeds.

    Args:
        attempt: makes the request; its argument is the timeout to use, in seconds. Raises
            :class:`Busy`, ``OSError`` or ``HTTPException`` when another attempt may succeed.
        timeout_s: the longest timeout of one attempt, in seconds.

    Raises:
        Unavailable: every attempt failed, or the invocation has no time left for one.
    """
    failure: Exception | None = None
    for pause in _PAUSES_S:
        time.sleep(remaining(pause))
        seconds = remaining(timeout_s)
        if not seconds:
            break
        try:
            return attempt(seconds)
        except (Busy, OSError, HTTPException) as error:
            failure = error
    raise Unavailable from failure


def connect(scheme: str, host: str, timeout_s: float) -> HTTPConnection:
    """Return a new connection, which opens with its first request."""
    kind = HTTPSConnection if scheme == "https" else HTTPConnection
    return kind(host, timeout=timeout_s)


def kept_connection(scheme: str, host: str, timeout_s: float) -> HTTPConnection:
    """Return the connection to a host that this process keeps open, with a new timeout."""
    connection = _kept(scheme, host)
    set_timeout(connection, timeout_s)
    return connection


def set_timeout(connection: HTTPConnection, timeout_s: float) -> None:
    """Bound each wait of the connection, whether it is open already or not."""
    connection.timeout = timeout_s
    if connection.sock is not None:
        connection.sock.settimeout(timeout_s)


@cache
def _kept(scheme: str, host: str) -> HTTPConnection:
    return connect(scheme, host, 0)


def forget() -> None:
    """Drop every kept connection: those of a restored snapshot are dead."""
    _kept.cache_clear()
