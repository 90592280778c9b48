"""The real child processes: what they convert, what stops them, and that the next job is served."""

import http.server
import os
import pickle
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest

from converter import conversion_job, sandbox
from converter.confine import keep_memory_private
from converter.transfer import download, upload
from inferx.errors import Refused, Unavailable
from inferx.manifest import Manifest
from tools.conversion.estimator_zoo import small_pipeline

pytestmark = [pytest.mark.process, pytest.mark.slow]


def job(directory: Path, content: bytes) -> Path:
    directory.mkdir()
    (directory / "source").write_bytes(content)
    return directory


def child(directory: Path, code: str, seconds: float = 20) -> sandbox.Outcome:
    """Run ``code`` as a module of its own, confined like a job."""
    module = directory / "hostile_job.py"
    module.write_text(
        "from converter import confine\nconfine.this_process(memory_bytes=1 << 30)\n" + code
    )
    with patch.object(sys, "path", [str(directory), *sys.path]):
        return sandbox.run("hostile_job", directory, seconds)


def test_logistic_regression_becomes_a_manifest_and_a_file(tmp_path: Path) -> None:
    directory = job(tmp_path / "job", pickle.dumps(small_pipeline()))

    answer = conversion_job.convert_in(directory)

    manifest = Manifest.from_dict(answer["manifest"])
    assert answer["status"] == "converted"
    assert manifest.signature.classes == ("setosa", "versicolor", "virginica")
    assert manifest.session.memory_bytes > 0
    assert manifest.onnx_size == (directory / "model.onnx").stat().st_size


def test_hostile_file_is_refused_and_the_next_job_is_served(tmp_path: Path) -> None:
    hostile = job(tmp_path / "hostile", b"cos\nsystem\n(S'touch pwned'\ntR.")
    honest = job(tmp_path / "honest", pickle.dumps(small_pipeline()))

    refused = conversion_job.convert_in(hostile)
    served = conversion_job.convert_in(honest)

    assert refused["status"] == "refused"
    assert not (hostile / "pwned").exists()
    assert served["status"] == "converted"


def test_file_that_takes_for_ever_ends_in_time(tmp_path: Path) -> None:
    doubled = b"2\x86" * 60  # DUP, TUPLE2: a tuple whose hash visits 2**60 others
    directory = job(tmp_path / "job", b"\x80\x04})" + doubled + b"Ns.")
    started = time.monotonic()

    answer = conversion_job.convert_in(directory, seconds=6)

    assert "takes longer" in answer["error"]
    assert time.monotonic() - started < 20


def test_session_that_costs_too_much_is_refused_with_the_numbers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversion_job, "SESSION_BYTES", 1)
    directory = job(tmp_path / "job", pickle.dumps(small_pipeline()))

    answer = conversion_job.convert_in(directory)

    assert answer["status"] == "refused"
    assert "MB of memory" in answer["error"]


@pytest.mark.parametrize(
    ("code", "evidence"),
    [
        pytest.param("x = bytearray(4 << 30)", "MemoryError", id="memory"),
        pytest.param("import os; os.fork()", "PermissionError", id="fork"),
        pytest.param("import os; os.execv('/bin/true', ['true'])", "PermissionError", id="exec"),
        pytest.param("import socket; socket.socket()", "PermissionError", id="socket"),
        pytest.param("import os; os.kill(os.getppid(), 9)", "PermissionError", id="kill"),
        pytest.param(
            "import os; open('/proc/%d/environ' % os.getppid(), 'rb').read()",
            "",
            id="the parent's environment",
        ),
        pytest.param("import subprocess; subprocess.run(['true'])", "Error", id="subprocess"),
        pytest.param("import ctypes; ctypes.string_at(0)", "", id="segmentation fault"),
    ],
)
def test_child_is_stopped(code: str, evidence: str, tmp_path: Path) -> None:
    keep_memory_private()

    outcome = child(tmp_path, code)

    assert outcome.status != 0 or (os.geteuid() == 0 and "environ" in code)  # root reads it all
    assert evidence in outcome.errors


def test_child_sees_nothing_of_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "s3cret")

    outcome = child(tmp_path, "import os, sys; sys.exit(repr(dict(os.environ)))")

    assert "s3cret" not in outcome.errors
    assert "PYTHONPATH" in outcome.errors


def test_child_over_its_time_is_killed(tmp_path: Path) -> None:
    started = time.monotonic()

    outcome = child(tmp_path, "while True: pass", seconds=1)

    assert outcome.timed_out
    assert time.monotonic() - started < 10


def test_result_that_is_a_link_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "result.json").symlink_to("/etc/hostname")

    with pytest.raises(OSError, match="symbolic"):
        sandbox.read_json(tmp_path / "result.json")


def test_result_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "result.json").write_bytes(b" " * (2 << 20))

    with pytest.raises(ValueError, match="plain file"):
        sandbox.read_json(tmp_path / "result.json")


class _Storage(http.server.BaseHTTPRequestHandler):
    stored: bytes = b""

    def do_GET(self) -> None:
        self.send_response(404 if self.path == "/missing" else 200)
        self.end_headers()
        self.wfile.write(b"x" * 1_000)

    def do_PUT(self) -> None:
        type(self).stored = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def storage(socket_enabled: None) -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Storage)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_file_travels_both_ways(storage: str, tmp_path: Path) -> None:
    download(f"{storage}/file", tmp_path / "file", 1_000)
    with (tmp_path / "file").open("rb") as content:
        upload(f"{storage}/result", content, 1_000)

    assert _Storage.stored == b"x" * 1_000


def test_download_over_the_limit_is_refused(storage: str, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="larger than"):
        download(f"{storage}/file", tmp_path / "file", 999)


def test_missing_object_is_our_failure_not_the_users(storage: str, tmp_path: Path) -> None:
    with pytest.raises(Unavailable):
        download(f"{storage}/missing", tmp_path / "file", 999)
