"""A storage over real HTTP that sends, cuts and takes what a test says."""

import contextlib
import http.server
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest


@dataclass(frozen=True)
class Reply:
    """One response to a GET: a body, and the length declared for it, if any."""

    body: bytes = b""
    declared: int | None = None
    status: int = 200


@dataclass
class Storage:
    """What the storage will send and has been sent.

    Attributes:
        url: of its one object.
        replies: to each GET in turn, the last one again and again.
        asked: how many GETs there were.
        failing: how many PUTs to fail first.
        stored: the body of each PUT.
    """

    url: str = ""
    replies: list[Reply] = field(default_factory=list)
    asked: int = 0
    failing: int = 0
    stored: list[bytes] = field(default_factory=list)


def _handler(storage: Storage) -> type[http.server.BaseHTTPRequestHandler]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            reply = storage.replies[min(storage.asked, len(storage.replies) - 1)]
            storage.asked += 1
            self.send_response(reply.status)
            if reply.declared is not None:
                self.send_header("Content-Length", str(reply.declared))
            self.end_headers()
            # The client closes as soon as it has read enough.
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                self.wfile.write(reply.body)

        def do_PUT(self) -> None:
            storage.stored.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(503 if len(storage.stored) <= storage.failing else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Print nothing."""

    return Handler


@pytest.fixture
def storage(socket_enabled: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Storage]:
    """Run a storage server; retries do not wait."""
    monkeypatch.setattr("sandbox.transfer.time.sleep", lambda _: None)
    storage = Storage()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _handler(storage))
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    storage.url = f"http://127.0.0.1:{server.server_port}/object"
    yield storage
    server.shutdown()
    server.server_close()
    thread.join()
