"""Runs one confined child process and reads back no more of it than bounded results."""

import json
import os
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from sandbox.limits import CHILD_PROCESSES, RESULT_BYTES

_KEPT_OUTPUT = 4_000
_LOOK_SECONDS = 0.25


@dataclass(frozen=True)
class Ending:
    """How a child process ended.

    Attributes:
        status: its exit status, negative for a signal; ``None`` when its time ran out.
        output: the last of what it printed.
    """

    status: int | None
    output: str

    @property
    def timed_out(self) -> bool:
        """Whether the wall clock, or the limit on processor time, ended it."""
        return self.status is None or self.status == -signal.SIGXCPU


def run(module: str, directory: Path, *, seconds: float, memory_bytes: int) -> Ending:
    """Run ``python -m module memory_bytes`` with an environment that holds no secret.

    Args:
        module: it has to confine itself (:mod:`sandbox.confinement`) before it reads the file.
        directory: its working directory.
        seconds: wall clock, after which its whole process group is killed.
        memory_bytes: the address space for it, which it finds by :func:`granted_memory`.
    """
    # A file without a name: under a name, a child might put a link to another file.
    with tempfile.TemporaryFile(dir=directory) as printed:
        child = subprocess.Popen(  # noqa: S603  # our own interpreter and module
            [sys.executable, "-m", module, str(memory_bytes)],
            cwd=directory,
            env=_environment(directory),
            stdin=subprocess.DEVNULL,
            stdout=printed,
            stderr=printed,
            start_new_session=True,
        )
        try:
            status = _waited(child, seconds)
        finally:
            _kill_group(child.pid)
            child.wait()
        return Ending(status, _tail(printed))


def granted_memory() -> int:
    """Return the address space, in bytes, that :func:`run` grants to the calling process."""
    return int(sys.argv[1])


def read_json(path: Path) -> Any:  # the caller checks what it gets
    """Read the JSON that a child wrote.

    Raises:
        ValueError: the file is not a plain file of bounded size, or not JSON.
        OSError: there is no such file, or it is a link.
    """
    with open_result(path, RESULT_BYTES) as file:
        content = file.read(RESULT_BYTES)
    try:
        return json.loads(content)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def open_result(path: Path, limit: int) -> BinaryIO:
    """Open a file that a child wrote.

    Args:
        path: the file.
        limit: the largest size allowed, in bytes.

    Raises:
        ValueError: the file is a device, has other names, or is larger than ``limit``.
        OSError: there is no such file, or it is a link.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    facts = os.fstat(descriptor)
    if not stat.S_ISREG(facts.st_mode) or facts.st_size > limit or facts.st_nlink != 1:
        os.close(descriptor)
        raise ValueError("not a plain file of the allowed size")
    return os.fdopen(descriptor, "rb")


def has_too_many_threads(process: int) -> bool:
    """Return whether a process has more threads than it may, as root's may: it has no such limit.

    Args:
        process: a child of this process that has not been waited for.
    """
    try:
        return sum(1 for _ in Path(f"/proc/{process}/task").iterdir()) > CHILD_PROCESSES
    except OSError:  # it has just ended
        return False


def _waited(child: "subprocess.Popen[bytes]", seconds: float) -> int | None:
    """Return the exit status; ``None`` when its time ran out."""
    ends = time.monotonic() + seconds
    while True:
        left = ends - time.monotonic()
        try:
            return child.wait(max(min(left, _LOOK_SECONDS), 0))
        except subprocess.TimeoutExpired:
            if left <= 0:
                return None
            if has_too_many_threads(child.pid):
                _kill_group(child.pid)


def _environment(directory: Path) -> Mapping[str, str]:
    kept = {name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ}
    return {
        **kept,
        "HOME": str(directory),
        "TMPDIR": str(directory),
        "LANG": "C.UTF-8",
        "PATH": "/nonexistent",
        "PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry),
        "PYTHONDONTWRITEBYTECODE": "1",
        # No module from the job's directory: an earlier child may have put one there, to be
        # imported before this one confines itself.
        "PYTHONSAFEPATH": "1",
        "PYTHONNOUSERSITE": "1",
        # One thread each: the limit on processes counts threads, and the job is short.
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        # joblib would try a semaphore, which is a file outside of the job's directory.
        "JOBLIB_MULTIPROCESSING": "0",
        # A library may load onnxruntime before inferx.onnx_session can set this.
        "ORT_DISABLE_TELEMETRY": "1",
    }


def _kill_group(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        return  # it ended by itself and left no process behind


def _tail(printed: BinaryIO) -> str:
    printed.seek(max(os.fstat(printed.fileno()).st_size - _KEPT_OUTPUT, 0))
    return printed.read(_KEPT_OUTPUT).decode("utf-8", "replace")
