"""DynamoDB and S3 for one model, in a thread: the same objects for all who read them."""

import hashlib
import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from bench.prediction_requests import MODEL_ID, NAME, OWNER
from inferx.storage.item_keys import model_pk, name_pk


def item(content: bytes, memory: int = 1_000_000) -> dict[str, Any]:
    """Return the model's record, as DynamoDB has it."""
    return {
        "pk": {"S": model_pk(MODEL_ID)},
        "id": {"S": MODEL_ID},
        "owner_id": {"S": OWNER},
        "name": {"S": NAME},
        "version": {"N": "1"},
        "status": {"S": "ready"},
        "artifact_sha256": {"S": hashlib.sha256(content).hexdigest()},
        "session_memory_bytes": {"N": str(memory)},
    }


class FakeAws:
    """What the server holds, and the calls that it got."""

    def __init__(self) -> None:
        self.models: dict[str, bytes] = {}
        self.memory: dict[str, int] = {}
        self.owners: dict[str, str] = {}
        self.calls: list[str] = []
        self.failures: list[tuple[int, bytes]] = []
        self.url = ""

    def environment(self) -> dict[str, str]:
        """Return a function's environment."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith("AWS_")}
        return {
            **kept,
            "AWS_ENDPOINT_URL": self.url,
            "AWS_REGION": "us-east-1",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_EC2_METADATA_DISABLED": "true",
            "MODELS_TABLE": "models",
            "BUCKET": "bucket",
            "POWERTOOLS_SERVICE_NAME": "predict",
        }

    def output_of_item(self, key: str) -> dict[str, Any]:
        """Return GetItem's output: a model's record, or its name's pointer."""
        if key == name_pk(OWNER, NAME):
            newest = {"M": {"id": {"S": MODEL_ID}, "version": {"N": "1"}}}
            return {"Item": {"version_count": {"N": "1"}, "newest_ready": newest}}
        model_id = key.removeprefix(model_pk(""))
        if model_id not in self.models:
            return {}
        found = item(self.models[model_id], self.memory.get(model_id, 1_000_000))
        owner = {"owner_id": {"S": self.owners.get(model_id, OWNER)}}
        return {"Item": {**found, **owner, "pk": {"S": key}, "id": {"S": model_id}}}


@contextmanager
def serving(*models: Path) -> Iterator[FakeAws]:
    """Run the server; it holds the file under :data:`MODEL_ID`."""
    aws = FakeAws()
    for path in models:
        aws.models[MODEL_ID] = path.read_bytes()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
            aws.calls.append(self.headers["x-amz-target"])
            self._send(json.dumps(aws.output_of_item(asked["Key"]["pk"]["S"])).encode())

        def do_GET(self) -> None:
            aws.calls.append("GetObject")
            if aws.failures:
                status, content = aws.failures.pop(0)
                self._send(content, status)
            else:
                self._send(aws.models[self.path.split("/")[-2]])

        def _send(self, content: bytes, status: int = 200) -> None:
            self.send_response(status)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    aws.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield aws
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
