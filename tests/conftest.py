"""What every test has: a marker by its folder, and no network unless it says so."""

import os
from pathlib import Path

import pytest
from pytest_socket import disable_socket, enable_socket

from inferx import deadline

_TESTS = Path(__file__).parent
_KINDS = ("unit", "integration", "e2e")

# Before anything imports onnxruntime, here or in a child process.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test by the folder it lies in; tests of hostile files are unit tests."""
    for item in items:
        folder = item.path.relative_to(_TESTS).parts[0]
        item.add_marker(folder if folder in _KINDS else "unit")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Unit tests cannot open sockets; the fixture ``socket_enabled`` lifts it for one test."""
    deadline.forget()  # an earlier test's handler may have started one
    if item.get_closest_marker("unit") is None:
        enable_socket()
    else:
        disable_socket(allow_unix_socket=True)
