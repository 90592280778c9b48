"""Locks held by living processes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from local.lock import is_locked, try_lock


def test_a_free_lock_can_be_taken_once(tmp_path: Path) -> None:
    lock = tmp_path / "lock"

    held = try_lock(lock)

    assert held is not None
    assert try_lock(lock) is None
    os.close(held)
    assert not is_locked(lock)


@pytest.mark.process
def test_a_child_that_inherits_a_lock_holds_it_until_it_ends(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    held = try_lock(lock)
    assert held is not None
    wait = [sys.executable, "-c", "import sys; sys.stdin.read()"]
    with subprocess.Popen(wait, stdin=subprocess.PIPE, pass_fds=[held]) as child:
        os.close(held)
        locked_while_it_lives = is_locked(lock)
        child.communicate()

    assert locked_while_it_lives
    assert not is_locked(lock)
