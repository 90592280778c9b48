"""Receivers of webhooks on this machine: they keep what they get, and respond as a test asks."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from http.client import parse_headers
from queue import Queue
from typing import Any

from standardwebhooks import Webhook

OK = b"HTTP/1.1 204 No Content\r\n\r\n"

type Respond = Callable[[socket.socket], None]


def status(code: int, **headers: str) -> bytes:
    """Return a response with this status; a header's name has underscores for hyphens."""
    lines = "".join(f"{name.replace('_', '-')}: {text}\r\n" for name, text in headers.items())
    return f"HTTP/1.1 {code} Status\r\n{lines}Content-Length: 0\r\n\r\n".encode()


@dataclass
class Received:
    """One request."""

    request_line: str
    headers: Message
    body: bytes

    def verified(self, secret: str) -> Any:
        """Return the body's JSON, which the signature must prove."""
        return Webhook(secret).verify(self.body, dict(self.headers.items()))


@dataclass
class Receiver:
    """A server for one connection after another.

    Attributes:
        port: on 127.0.0.1.
        responses: what each next connection gets: bytes, or what writes them; then 204s.
        received: the requests so far.
        tls: the server's certificate.
    """

    port: int
    responses: list[bytes | Respond] = field(default_factory=list)
    received: list[Received] = field(default_factory=list)
    tls: ssl.SSLContext | None = None
    _arrivals: Queue[Received] = field(default_factory=Queue)

    @property
    def url(self) -> str:
        """Its address, over plain HTTP."""
        return f"http://127.0.0.1:{self.port}/hook"

    def next(self, seconds: float) -> Received:
        """Wait for the next request that has not been waited for, and return it."""
        return self._arrivals.get(timeout=seconds)

    def serve(self, connection: socket.socket) -> None:
        """Take one request and respond."""
        with connection, connection.makefile("rb") as stream:
            line = stream.readline().decode().strip()
            if not line:
                return
            headers = parse_headers(stream)
            body = stream.read(int(headers["content-length"]))
            request = Received(line, headers, body)
            self.received.append(request)
            self._arrivals.put(request)
            response = self.responses.pop(0) if self.responses else OK
            if isinstance(response, bytes):
                connection.sendall(response)
            else:
                response(connection)


@contextmanager
def receiving(tls: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    """Run a receiver for a while."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        receiver = Receiver(listening.getsockname()[1], tls=tls)
        thread = threading.Thread(target=_run, args=(listening, receiver), daemon=True)
        thread.start()
        try:
            yield receiver
        finally:
            # Wakes the thread, which a closed socket alone would not.
            listening.shutdown(socket.SHUT_RDWR)
            thread.join(10)


def _run(listening: socket.socket, receiver: Receiver) -> None:
    while True:
        try:
            connection, _ = listening.accept()
        except OSError:
            return
        connection.settimeout(10)
        try:
            if receiver.tls is not None:
                connection = receiver.tls.wrap_socket(connection, server_side=True)
            receiver.serve(connection)
        except OSError:  # the sender has gone, which some tests are about
            connection.close()
