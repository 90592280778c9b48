"""What every test has: a marker by its folder; unit tests reach no network and start no process."""

import os
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from pytest_socket import disable_socket, enable_socket

from inferx import deadline

_TESTS = Path(__file__).parent
_KINDS = ("unit", "integration", "e2e")
# But for git: some tests ask it, in milliseconds, which files the repository has.
_STARTS = frozenset({"subprocess.Popen", "os.fork", "os.forkpty", "os.posix_spawn", "os.exec"})
_processes = {"are allowed": True}

# These run in an environment of their own, `make test-deep`, which may be of Python 3.11.
collect_ignore = [] if find_spec("torch") else ["deep", "security/deep"]

# Read when scikit-learn's libraries load: one thread, and no process that counts the cores.
os.environ.setdefault("OMP_NUM_THREADS", "1")


def pytest_configure(config: pytest.Config) -> None:
    """Watch what starts a process (Python's audit events, PEP 578)."""
    sys.addaudithook(_refuse_processes)


# Before anything imports onnxruntime, here or in a child process.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test by its folder; tests of hostile files are unit tests.

    The tests of the deployed stack share it, so one worker runs them all, one after another.
    """
    for item in items:
        folder = item.path.relative_to(_TESTS).parts[0]
        item.add_marker(folder if folder in _KINDS else "unit")
        if folder == "e2e":
            item.add_marker(pytest.mark.xdist_group("stack"))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Take the network and processes from unit tests; see the markers for what gives them back."""
    deadline.forget()  # an earlier test's handler may have started one
    unit = item.get_closest_marker("unit") is not None
    _processes["are allowed"] = not unit or item.get_closest_marker("process") is not None
    if unit:
        disable_socket(allow_unix_socket=True)
    else:
        enable_socket()


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown() -> None:
    """Give processes back to whatever runs between tests."""
    _processes["are allowed"] = True


def _refuse_processes(event: str, details: tuple[Any, ...]) -> None:
    if event in _STARTS and not _processes["are allowed"] and details[:1] != ("git",):
        raise RuntimeError(f"{event}: mark the test `process`, or do without another process")
