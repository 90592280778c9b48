"""Modules for the sandbox to run, written by a test."""

import sys
from pathlib import Path

import pytest

_CONFINED = """
from sandbox.child import granted_memory
from sandbox.confinement import confine_this_process
confine_this_process(granted_memory())
"""


def write_module(directory: Path, code: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Write a module that confines itself and then runs ``code``; return its name."""
    folder = directory / "modules"
    folder.mkdir()
    (folder / "hostile_job.py").write_text(_CONFINED + code)
    monkeypatch.setattr(sys, "path", [*sys.path, str(folder)])
    return "hostile_job"
