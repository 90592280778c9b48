"""Runs one confined child process and reads back no more of it than a bounded answer."""

import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from converter.limits import RESULT_BYTES

_KEPT_ERRORS = 4_000


@dataclass(frozen=True)
class Outcome:
    """How a child ended: its exit status (negative: the signal), or that its time ran out."""

    status: int | None
    errors: str

    @property
    def timed_out(self) -> bool:
        """Whether the wall clock, or the CPU limit, ended it."""
        return self.status is None or self.status == -signal.SIGXCPU


def run(module: str, directory: Path, seconds: float) -> Outcome:
    """Run ``python -m module`` in ``directory``, with an environment that holds nothing of ours.

    Args:
        module: it has to confine itself (:mod:`converter.confine`) before it reads the file.
        directory: its working directory; stdout and stderr go to files in it.
        seconds: wall clock, after which its whole process group is killed.
    """
    output, errors = directory / f"{module}.out", directory / f"{module}.err"
    with output.open("wb") as out, errors.open("wb") as err:
        child = subprocess.Popen(  # noqa: S603  # our own interpreter and module
            [sys.executable, "-m", module],
            cwd=directory,
            env=_environment(directory),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            start_new_session=True,
        )
        try:
            status: int | None = child.wait(seconds)
        except subprocess.TimeoutExpired:
            status = None
        finally:
            _kill_group(child.pid)
            child.wait()
    return Outcome(status, _tail(errors))


def read_json(path: Path) -> Any:  # the caller checks what it gets
    """Read a child's answer: a regular file of bounded size, never a link to another.

    Raises:
        ValueError: for anything else.
    """
    with open_result(path, RESULT_BYTES) as file:
        return json.loads(file.read(RESULT_BYTES))


def open_result(path: Path, limit: int) -> Any:  # a binary file
    """Open a file that a child wrote, refusing links, devices and more than ``limit`` bytes.

    Raises:
        ValueError: for those.
        OSError: when there is none.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    facts = os.fstat(descriptor)
    if not stat.S_ISREG(facts.st_mode) or facts.st_size > limit or facts.st_nlink != 1:
        os.close(descriptor)
        raise ValueError("not a plain file of the allowed size")
    return os.fdopen(descriptor, "rb")


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
        # One thread each: the limit on processes counts threads, and the job is short.
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }


def _kill_group(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        return  # it ended by itself and left nobody behind


def _tail(path: Path) -> str:
    with path.open("rb") as file:
        file.seek(max(path.stat().st_size - _KEPT_ERRORS, 0))
        return file.read(_KEPT_ERRORS).decode("utf-8", "replace")
