"""Virtual environments: `local/python -m local.setup dev sam stack` makes or refreshes them.

Runs before anything is installed, so it imports the standard library alone. An environment
is stamped with a hash of its requirements: a second run finds the stamp and does nothing.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from local.failure import Failure
from local.lock import one_at_a_time
from local.paths import LOGS, ROOT, STATE

UV_VERSION = "0.13.9"
TOOLS = ROOT / ".venv-tools"


@dataclass(frozen=True)
class Environment:
    """A virtual environment and the pinned requirements it is made from."""

    folder: Path
    requirements: Path
    editable: bool = False
    """Whether the checkout's own packages are installed in it, editable."""

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.folder / "bin" / "python"

    @property
    def stamp(self) -> Path:
        """The file that holds the digest it was made with."""
        return self.folder / ".requirements.sha256"

    def digest(self) -> str:
        """Return a hash of what the environment depends on: its requirements and the Python."""
        inputs = self.requirements.read_bytes() + sys.version.encode()
        if self.editable:
            inputs += (ROOT / "pyproject.toml").read_bytes()
        return hashlib.sha256(inputs).hexdigest()

    def is_current(self) -> bool:
        """Return whether it was made, to the end, with what its digest covers."""
        return self.stamp.is_file() and self.stamp.read_text() == self.digest()


ENVIRONMENTS = {
    "dev": Environment(ROOT / ".venv", ROOT / "requirements-dev.txt", editable=True),
    # Apart from each other: the SAM CLI and the emulator each pin another botocore.
    "sam": Environment(ROOT / ".venv-sam", ROOT / "local/requirements-sam.txt"),
    "stack": Environment(ROOT / ".venv-stack", ROOT / "local/requirements-stack.txt"),
    # Third-party programs, which tests and `make bench` run as their users have them.
    "clients": Environment(ROOT / ".venv-clients", ROOT / "tests/e2e/clients/requirements.txt"),
    "openapi": Environment(ROOT / ".venv-openapi", ROOT / "tests/clients/python/requirements.txt"),
    "fuzz": Environment(ROOT / ".venv-fuzz", ROOT / "tests/fuzz/requirements.txt"),
    "fastapi": Environment(ROOT / ".venv-fastapi", ROOT / "bench/peers/requirements-fastapi.txt"),
    "pandas": Environment(ROOT / ".venv-pandas", ROOT / "bench/peers/requirements-pandas.txt"),
    "mlserver": Environment(
        ROOT / ".venv-mlserver", ROOT / "bench/peers/requirements-mlserver.txt"
    ),
    "bentoml": Environment(ROOT / ".venv-bentoml", ROOT / "bench/peers/requirements-bentoml.txt"),
    "litserve": Environment(
        ROOT / ".venv-litserve", ROOT / "bench/peers/requirements-litserve.txt"
    ),
    "trees": Environment(ROOT / ".venv-trees", ROOT / "bench/peers/requirements-trees.txt"),
}


def find_uv() -> str | None:
    """Return the uv on PATH or the one that an earlier run installed; None without either."""
    if os.environ.get("INFERX_NO_UV"):
        return None
    own = TOOLS / "bin" / "uv"
    return shutil.which("uv") or (str(own) if own.is_file() else None)


def obtain_uv() -> str | None:
    """Install uv from PyPI unless `find_uv` finds one, and return it. None if that fails."""
    if os.environ.get("INFERX_NO_UV") or find_uv():
        return find_uv()
    log = LOGS / "setup-tools.log"
    try:
        run([sys.executable, "-m", "venv", str(TOOLS)], log)
        run([str(TOOLS / "bin/pip"), "install", "--quiet", f"uv=={UV_VERSION}"], log)
    except Failure:
        return None
    return find_uv()


def install(environment: Environment, uv: str | None) -> None:
    """Bring `environment` to its requirements, with uv when given, else with venv and pip.

    Raises:
        Failure: a command failed; the sentence names the log.
    """
    log = LOGS / f"setup{environment.folder.name}.log"
    log.unlink(missing_ok=True)
    python = str(environment.python)
    requirements = str(environment.requirements)
    environment.stamp.unlink(missing_ok=True)
    make_folder(Path(sys.executable), environment.folder, uv, log)
    if uv:
        run([uv, "pip", "sync", "--python", python, requirements], log)
        pip = [uv, "pip", "install", "--python", python]
    else:
        pip = [python, "-m", "pip", "install", "--no-compile"]
        run([*pip, "--no-deps", "--requirement", requirements], log)
    if environment.editable:
        # The build backend is pinned among the requirements, so nothing is fetched for it.
        run([*pip, "--no-deps", "--no-build-isolation", "--editable", str(ROOT)], log)
    environment.stamp.write_text(environment.digest())


def make_folder(python: Path, folder: Path, uv: str | None, log: Path) -> None:
    """Make an empty virtual environment with pip in it.

    Raises:
        Failure: it could not be made; the sentence names the log.
    """
    if uv:
        run([uv, "venv", "--seed", "--clear", "--python", str(python), str(folder)], log)
    else:
        run([str(python), "-m", "venv", "--clear", str(folder)], log)


def main(names: list[str]) -> None:
    """Set up the environments called `names`, those that need it, side by side."""
    with one_at_a_time(STATE / "setup.lock"):
        stale = [ENVIRONMENTS[name] for name in names if not ENVIRONMENTS[name].is_current()]
        if not stale:
            return
        started = time.monotonic()
        folders = ", ".join(environment.folder.name for environment in stale)
        print(f"Setting up {folders} …", file=sys.stderr, flush=True)
        uv = obtain_uv()
        with ThreadPoolExecutor() as pool:
            list(pool.map(lambda environment: install(environment, uv), stale))
        tool = "uv" if uv else "pip"
        elapsed = time.monotonic() - started
        print(f"Set up with {tool} in {elapsed:.0f} s", file=sys.stderr)


def run(command: list[str], log: Path, variables: Mapping[str, str] | None = None) -> None:
    """Run a step, whose output goes to the end of `log`.

    Args:
        command: the program and its arguments.
        log: a file, made if missing.
        variables: set in its environment.

    Raises:
        Failure: it failed; the sentence names the step and the log.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("a") as file:
        result = subprocess.run(
            command,
            check=False,
            stdout=file,
            stderr=subprocess.STDOUT,
            cwd=ROOT,
            env={**os.environ, **(variables or {})},
        )
    if result.returncode:
        step = " ".join([Path(command[0]).name, *command[1:3]])
        raise Failure(f"`{step}` failed: see {log.relative_to(ROOT)}")


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except Failure as failure:
        sys.exit(str(failure))
