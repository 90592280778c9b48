"""Finds the Pythons of this machine, as local/python finds the one that all else runs with."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from local.paths import ROOT
from local.setup import find_uv

_SHOW = "import sys; print('%d.%d' % sys.version_info[:2]); print(sys.executable)"
_LIMIT_S = 20.0


def find(version: str) -> Path | None:
    """Return a Python that runs here.

    A name on PATH is not enough: pyenv leaves one for each of its versions, which refuses to run
    wherever another version is chosen.

    Args:
        version: as in "3.11".
    """
    for candidate in _candidates(version):
        found = _interpreter(candidate, version)
        if found is not None:
            return found
    return None


def _candidates(version: str) -> Iterator[str]:
    yield sys.executable
    yield f"python{version}"
    if uv := find_uv():
        yield _output([uv, "python", "find", "--no-project", version])
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    for folder in sorted(pyenv.glob(f"versions/{version}.*"), reverse=True):
        yield str(folder / "bin" / f"python{version}")


def _interpreter(candidate: str, version: str) -> Path | None:
    if not candidate or shutil.which(candidate) is None:
        return None
    found, _, path = _output([candidate, "-c", _SHOW]).partition("\n")
    return Path(path) if found == version else None


def _output(command: list[str]) -> str:
    """Return what a command prints; nothing where it fails."""
    try:
        result = subprocess.run(
            command, check=True, capture_output=True, text=True, cwd=ROOT, timeout=_LIMIT_S
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return result.stdout.strip()
