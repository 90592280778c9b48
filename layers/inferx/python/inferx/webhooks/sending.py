"""One HTTP request to an address that a user chose, with every wait and every read bounded.

It is written by hand on a socket: the connection must go to the address that was checked while
TLS and ``Host`` name the host, redirects and proxies must not be followed, and ten seconds must be
the end of it even where a receiver sends one byte a second, for which ``http.client`` and what is
built on it have no limit.
"""

import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from http.client import HTTPException, parse_headers
from io import BytesIO

from inferx.webhooks.addresses import NotAllowed, Target, Unreachable, target_of

LONGEST_S = 10.0
LARGEST_RESPONSE = 4_096
_AGENT = "InferX-Webhooks/1.0"


class Undelivered(Exception):
    """There was no response; the message is a sentence for the user."""


@dataclass(frozen=True, slots=True)
class Response:
    """What a receiver responded.

    Attributes:
        status: the HTTP status.
        retry_after: the header of that name.
    """

    status: int
    retry_after: str | None = None


def post(url: str, body: str, headers: Mapping[str, str]) -> Response:
    """Send a body by POST and return the response's status.

    Args:
        url: where; it is checked and resolved now.
        body: JSON text.
        headers: besides those that every request has.

    Raises:
        Undelivered: the URL is not allowed, or no response came within ten seconds.
    """
    end = time.monotonic() + LONGEST_S
    try:
        target = target_of(url)
        with _connected(target, end) as connection:
            connection.settimeout(_left(end))
            connection.sendall(_request(target, body.encode(), headers))
            return _response(connection, end)
    except NotAllowed as error:
        raise Undelivered(f"The URL {error}.") from error
    except Unreachable as error:
        raise Undelivered("The host's name could not be resolved.") from error
    except TimeoutError as error:
        raise Undelivered(f"There was no response within {LONGEST_S:.0f} seconds.") from error
    except ssl.SSLCertVerificationError as error:
        raise Undelivered(f"The certificate is not valid: {error.verify_message}.") from error
    except (OSError, HTTPException) as error:
        raise Undelivered("The connection failed before there was a response.") from error


@cache
def _tls() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _connected(target: Target, end: float) -> socket.socket:
    plain = socket.create_connection((target.address, target.port), timeout=_left(end))
    if not target.is_tls:
        return plain
    try:
        plain.settimeout(_left(end))
        return _tls().wrap_socket(plain, server_hostname=target.host.rstrip("."))
    except BaseException:
        plain.close()
        raise


def _request(target: Target, body: bytes, headers: Mapping[str, str]) -> bytes:
    lines = {
        "Host": target.authority,
        "User-Agent": _AGENT,
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        "Accept": "*/*",
        "Connection": "close",
        **headers,
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"POST {target.path} HTTP/1.1\r\n{head}\r\n".encode("ascii") + body


def _response(connection: socket.socket, end: float) -> Response:
    received = b""
    while True:
        response = _parsed(received)
        if response is not None:
            return response
        connection.settimeout(_left(end))
        chunk = connection.recv(LARGEST_RESPONSE - len(received))
        if not chunk:
            raise HTTPException
        received += chunk


def _parsed(received: bytes) -> Response | None:
    """Return the response once its head is there, or the most that is read of it."""
    while True:
        head, separator, rest = received.partition(b"\r\n\r\n")
        if not separator and len(received) < LARGEST_RESPONSE:
            return None
        status_line, _, lines = head.partition(b"\r\n")
        version, _, rest_of_line = status_line.partition(b" ")
        code = rest_of_line[:3]
        if not version.startswith(b"HTTP/1.") or not code.isdigit() or len(code) != 3:
            raise HTTPException
        status = int(code)
        if status >= 200:
            found = parse_headers(BytesIO(lines + b"\r\n\r\n"))
            return Response(status, found.get("retry-after"))
        if status == 101 or not separator:
            raise HTTPException
        received = rest  # an interim response (RFC 9110, section 15.2)


def _left(end: float) -> float:
    seconds = end - time.monotonic()
    if seconds <= 0:
        raise TimeoutError
    return seconds
