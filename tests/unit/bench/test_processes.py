"""Servers beside ours are measured and ended with all of their processes."""

import os
import select
import sys
from pathlib import Path

import pytest

from bench import processes

pytestmark = pytest.mark.process

# Starts a child, which works for as long as it is let, and writes its id when it has begun.
PARENT = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", sys.argv[1]])
time.sleep(600)
"""
CHILD = """
import os, time
while time.process_time() < 0.2:
    pass
with open("begun", "w") as file:
    file.write(str(os.getpid()))
os.rename("begun", "child")
time.sleep(600)
"""


def child_of(folder: Path) -> int:
    """Wait until the child has worked, and return its id."""
    while not (folder / "child").exists():
        pass
    return int((folder / "child").read_text())


def test_the_cpu_of_a_server_is_that_of_its_children_too(tmp_path: Path) -> None:
    with processes.running([sys.executable, "-c", PARENT, CHILD], {}, tmp_path) as server:
        child_of(tmp_path)

        used = processes.cpu_seconds(server.pid)

    assert used >= 0.19


def test_a_server_ends_with_its_children(tmp_path: Path) -> None:
    with processes.running([sys.executable, "-c", PARENT, CHILD], {}, tmp_path) as server:
        child = os.pidfd_open(child_of(tmp_path))

    ended, _, _ = select.select([child], [], [], 30)  # seconds; readable once it has ended
    os.close(child)
    assert server.poll() is not None
    assert ended
