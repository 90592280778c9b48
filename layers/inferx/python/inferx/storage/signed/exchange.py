"""Exchanges with AWS: the connections, how long one may take, and when it is tried again.

Every wait is bounded by what is left of the invocation (:mod:`inferx.deadline`).
"""

import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from http.client import HTTPConnection, HTTPException, HTTPSConnection

from inferx.deadline import remaining
from inferx.errors import Unavailable

_PAUSES_S = (0.0, 0.05, 0.2)  # before each attempt

_idle: dict[tuple[str, str], list[HTTPConnection]] = {}


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
        if pause:
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
    if scheme == "https":
        return HTTPSConnection(host, timeout=timeout_s, context=tls_context())
    return HTTPConnection(host, timeout=timeout_s)


@cache
def tls_context() -> ssl.SSLContext:
    """Return what all connections share: reading the authorities takes longer than a request."""
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    return context


@contextmanager
def kept_connection(scheme: str, host: str, timeout_s: float) -> Iterator[HTTPConnection]:
    """Lend a connection to a host, with a new timeout; it stays open for the next who asks.

    Threads that ask at once get one each. A connection is closed where an error comes of its use:
    the other side may have closed it, or a response may still be on its way.
    """
    idle = _idle.setdefault((scheme, host), [])
    try:
        connection = idle.pop()
    except IndexError:
        connection = connect(scheme, host, timeout_s)
    set_timeout(connection, timeout_s)
    try:
        yield connection
    except BaseException:
        connection.close()
        raise
    idle.append(connection)


def set_timeout(connection: HTTPConnection, timeout_s: float) -> None:
    """Bound each wait of the connection, whether it is open already or not."""
    connection.timeout = timeout_s
    if connection.sock is not None:
        connection.sock.settimeout(timeout_s)


def forget() -> None:
    """Close every kept connection: those of a restored snapshot are dead."""
    while _idle:
        for connection in _idle.popitem()[1]:
            connection.close()
