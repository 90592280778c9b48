"""What a confined child may not do, and what is read of what it leaves behind."""

import json
import signal
import sys
import time
from pathlib import Path

import pytest

from sandbox import child
from sandbox.confinement import keep_memory_private
from sandbox.limits import RESULT_BYTES
from tests.unit.sandbox.children import write_module

pytestmark = [pytest.mark.process, pytest.mark.slow]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> "Run":
    return Run(tmp_path, monkeypatch)


class Run:
    """Runs code as a confined child."""

    def __init__(self, directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._directory, self._monkeypatch = directory, monkeypatch

    def __call__(self, code: str, seconds: float = 20) -> child.Ending:
        module = write_module(self._directory, code, self._monkeypatch)
        return child.run(module, self._directory, seconds=seconds, memory_bytes=1 << 30)


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
            "PermissionError",
            id="the parent's environment",
        ),
        pytest.param("import subprocess; subprocess.run(['true'])", "Error", id="subprocess"),
        pytest.param("import ctypes; ctypes.string_at(0)", "", id="segmentation fault"),
    ],
)
def test_child_is_stopped(code: str, evidence: str, run: Run) -> None:
    keep_memory_private()

    ending = run(code)

    assert ending.status != 0
    assert evidence in ending.output


def test_child_sees_no_secret_of_the_environment(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "s3cret")

    ending = run("import os, sys; sys.exit(repr(dict(os.environ)))")

    assert "s3cret" not in ending.output
    assert "PYTHONPATH" in ending.output


def test_child_imports_nothing_from_the_directory_that_an_earlier_one_wrote_to(
    run: Run, tmp_path: Path
) -> None:
    (tmp_path / "json.py").write_text("print('taken over')")

    ending = run("import json, site; print(site.ENABLE_USER_SITE)")

    assert ending.status == 0
    assert ending.output == "False\n"


def test_child_sends_no_telemetry_of_onnxruntime(run: Run) -> None:
    ending = run("import os, sys; sys.exit(os.environ['ORT_DISABLE_TELEMETRY'])")

    assert ending.output.strip() == "1"


def test_child_over_its_time_is_killed(run: Run) -> None:
    started = time.monotonic()

    ending = run("while True: pass", seconds=1)

    assert ending.timed_out
    assert time.monotonic() - started < 10


def test_child_that_takes_too_much_processor_time_is_over_its_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "busy_job.py").write_text(
        "from sandbox import confinement\n"
        "confinement.CPU_SECONDS = 1\n"
        "confinement.confine_this_process(1 << 30)\n"
        "while True: pass\n"
    )
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path)])

    ending = child.run("busy_job", tmp_path, seconds=60, memory_bytes=1 << 30)

    assert ending.status == -signal.SIGXCPU
    assert ending.timed_out


def test_child_of_too_many_threads_is_killed_where_nothing_limits_them(run: Run) -> None:
    ending = run(
        "import threading\n"
        "threading.stack_size(32_768)\n"
        "wait = threading.Event().wait\n"
        "for _ in range(100): threading.Thread(target=wait, daemon=True).start()\n"
        "wait()\n"
    )

    # To root, Linux grants any number; others get an error of their own.
    assert ending.status == -signal.SIGKILL or "can't start new thread" in ending.output


def test_only_the_last_of_what_a_child_prints_is_kept(run: Run) -> None:
    ending = run("print('x' * 1_000_000 + 'the end')")

    assert ending.output.endswith("the end\n")
    assert len(ending.output) == 4_000


def test_result_that_is_a_link_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "result.json").symlink_to("/etc/hostname")

    with pytest.raises(OSError, match="symbolic"):
        child.read_json(tmp_path / "result.json")


def test_result_that_has_another_name_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "another.json").write_text("{}")
    (tmp_path / "result.json").hardlink_to(tmp_path / "another.json")

    with pytest.raises(ValueError, match="plain file"):
        child.read_json(tmp_path / "result.json")


def test_result_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "result.json").write_bytes(b" " * (RESULT_BYTES + 1))

    with pytest.raises(ValueError, match="plain file"):
        child.read_json(tmp_path / "result.json")


@pytest.mark.parametrize("content", [b"[" * 200_000, b"{", b"\xff\xfe", b""])
def test_result_that_is_no_json_is_not_read(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "result.json").write_bytes(content)

    with pytest.raises(ValueError):  # noqa: PT011  # json's own messages differ
        child.read_json(tmp_path / "result.json")


def test_result_is_read(tmp_path: Path) -> None:
    (tmp_path / "result.json").write_text(json.dumps({"manifest": {}}))

    assert child.read_json(tmp_path / "result.json") == {"manifest": {}}
