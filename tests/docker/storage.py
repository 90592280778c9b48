"""A plain HTTP server in place of S3, which containers reach: one file to read, one to write."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from local.containers.addresses import for_containers


class Storage:
    """What the server holds.

    Attributes:
        source: the bytes that a GET returns.
        result: the bytes that the last PUT sent.
        url: its address, as a container has it.
    """

    def __init__(self, source: bytes) -> None:
        self.source = source
        self.result: bytes | None = None
        self.url = ""


@contextmanager
def served(source: bytes) -> Iterator[Storage]:
    """Serve a file for the block."""
    storage = Storage(source)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._respond(storage.source)

        def do_PUT(self) -> None:
            storage.result = self.rfile.read(int(self.headers["Content-Length"]))
            self._respond(b"")

        def log_message(self, *_: Any) -> None:
            """Log nothing: the URLs stand for signed ones."""

        def _respond(self, content: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    listening, name = for_containers()
    with ThreadingHTTPServer((listening, 0), Handler) as server:
        storage.url = f"http://{name}:{server.server_port}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield storage
        server.shutdown()
