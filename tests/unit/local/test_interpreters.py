"""Pythons that really run."""

import sys
from pathlib import Path

import pytest

from local import interpreters
from local.interpreters import find

pytestmark = pytest.mark.process

OWN = "{}.{}".format(*sys.version_info[:2])


def python_that_prints(path: Path, version: str) -> Path:
    """Make a program that runs as a Python of this version does, for all that is asked of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\nprintf '{version}\\n{path}\\n'\n")
    path.chmod(0o755)
    return path


@pytest.fixture(autouse=True)
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Have nothing on PATH, no uv, and a pyenv that is empty."""
    monkeypatch.setenv("PATH", f"{tmp_path}/bin:/usr/bin:/bin")
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    monkeypatch.setattr(interpreters, "find_uv", lambda: None)
    return tmp_path


def test_the_running_python_is_found_first() -> None:
    assert find(OWN) == Path(sys.executable)


def test_a_version_that_is_not_here_is_not_found() -> None:
    assert find("3.99") is None


def test_a_name_on_path_that_refuses_to_run_is_passed_over(machine: Path) -> None:
    shim = python_that_prints(machine / "bin/python3.99", "3.99")
    shim.write_text("#!/bin/sh\nexit 127\n")
    wanted = python_that_prints(machine / "pyenv/versions/3.99.1/bin/python3.99", "3.99")

    assert find("3.99") == wanted


def test_a_name_on_path_that_is_another_version_is_passed_over(machine: Path) -> None:
    python_that_prints(machine / "bin/python3.99", "3.98")

    assert find("3.99") is None
