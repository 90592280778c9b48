"""`.venv-deep`, where Keras and PyTorch files are converted on this machine, and tested.

Made by `make deep` and `make test`, and used by the local stack where it is there; no other command
waits for its 200 MB. Runs before anything is installed, so it imports the standard library alone.
"""

import hashlib
import os
import shutil
import sys
import time
from pathlib import Path

from local import torch_wheels
from local.failure import Failure
from local.interpreters import find
from local.lock import one_at_a_time
from local.paths import LOGS, ROOT, STATE
from local.setup import make_folder, obtain_uv, run

FOLDER = ROOT / ".venv-deep"
PYTHON = FOLDER / "bin/python"
LOG = LOGS / "setup.venv-deep.log"
VERSIONS = ("3.13", "3.11")
"""The Pythons that PyTorch is looked for, the one of the deployed functions first."""

_STAMP = FOLDER / ".requirements.sha256"
# The tests' requirements hold the converter's own.
_REQUIREMENTS = ROOT / "tests/deep/requirements.txt"
_PARTS = "import keras, onnxruntime, onnxscript, torch.export"


def is_there() -> bool:
    """Return whether the environment was made, to the end."""
    return _STAMP.is_file() and PYTHON.is_file()


def set_up() -> None:
    """Bring the environment to its requirements.

    Raises:
        Failure: it cannot be made on this machine; the sentence gives the reason.
    """
    with one_at_a_time(STATE / "setup.lock"):
        if is_there() and _STAMP.read_text() == _digest():
            return
        started = time.monotonic()
        print("Setting up .venv-deep (PyTorch, about 200 MB) …", file=sys.stderr, flush=True)
        LOGS.mkdir(parents=True, exist_ok=True)
        LOG.unlink(missing_ok=True)
        _STAMP.unlink(missing_ok=True)
        version = _make()
        _STAMP.write_text(_digest())
        elapsed = time.monotonic() - started
        print(f"Set up with Python {version} in {elapsed:.0f} s", file=sys.stderr)


def _make() -> str:
    """Make the environment with the first Python that PyTorch is there for, and return which."""
    uv = obtain_uv()
    reasons = []
    for version in VERSIONS:
        try:
            _make_with(version, uv)
        except Failure as failure:
            reasons.append(str(failure))
        else:
            return version
    shutil.rmtree(FOLDER, ignore_errors=True)
    raise Failure(
        f"Keras and PyTorch models cannot be converted on this machine: {', and '.join(reasons)} "
        f"(log: {LOG.relative_to(ROOT)})"
    )


def _make_with(version: str, uv: str | None) -> None:
    python = find(version)
    if python is None:
        raise Failure(f"there is no Python {version} here")
    make_folder(python, FOLDER, uv, LOG)
    target = torch_wheels.Target(version)
    wheel = torch_wheels.download(PYTHON, target, LOG)
    if wheel is None:
        raise Failure(f"pip finds no {target.requirement} for Python {version}")
    _install(wheel, uv)


def _install(wheel: Path, uv: str | None) -> None:
    """Install everything, compiled: the confined processes that import it write no files."""
    pip = [str(PYTHON), "-m", "pip", "install", "--no-deps"]
    run([*pip, str(wheel)], LOG)
    if uv:
        pip = [uv, "pip", "install", "--python", str(PYTHON), "--no-deps", "--compile-bytecode"]
    run([*pip, "--requirement", str(_REQUIREMENTS)], LOG)
    # A library may be there and not load: of another C library, for an older processor.
    run([str(PYTHON), "-c", f"import os; os.environ['KERAS_BACKEND'] = 'torch'; {_PARTS}"], LOG)


def _digest() -> str:
    files = _REQUIREMENTS.read_bytes() + torch_wheels.REQUIREMENT.read_bytes()
    return hashlib.sha256(files + sys.version.encode()).hexdigest()


def main() -> int:
    """Make the environment; 1 where it cannot be made and something depends on it.

    Without `REQUIRE_DEEP` in the environment, that is loudly reported and no failure.
    """
    try:
        set_up()
    except Failure as failure:
        print(f"\n!!! {failure}\n", file=sys.stderr)
        return 1 if os.environ.get("REQUIRE_DEEP") else 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
