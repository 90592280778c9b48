"""PyTorch without CUDA, as a wheel: the one package that comes from no ordinary place.

On Linux the package index has the build with CUDA, and gigabytes of NVIDIA's libraries with it. The
build for processors alone is a version of its own, which pip finds where its user has configured a
folder or an index that holds it, and else in PyTorch's public index. Elsewhere the plain version is
that build.
"""

import platform
import subprocess
from pathlib import Path

from local.paths import ROOT, STATE

REQUIREMENT = ROOT / "functions/convert_deep/requirements-torch.txt"
WHEELS = STATE / "wheels"
PUBLIC_INDEX = "https://download.pytorch.org/whl/cpu"

# An index that cannot be reached is soon given up: another one may have it.
_PATIENCE = ["--timeout", "10", "--retries", "1"]


def requirement() -> str:
    """Return the build to ask for on this machine, as in ``torch==2.13.0+cpu``."""
    (pinned,) = [
        line for line in REQUIREMENT.read_text().splitlines() if line and not line.startswith("#")
    ]
    return f"{pinned}+cpu" if platform.system() == "Linux" else pinned


def download(python: Path, version: str, log: Path) -> Path | None:
    """Return the wheel, downloaded unless an earlier run did; None where it is not to be had.

    Args:
        python: an interpreter of this version, with pip.
        version: as in "3.11".
        log: the file that gets pip's own words.
    """
    folder = WHEELS / f"python{version}"
    if found := _wheel(folder):
        return found
    folder.mkdir(parents=True, exist_ok=True)
    places: tuple[list[str], ...] = ([], ["--index-url", PUBLIC_INDEX])
    for place in places:
        command = [str(python), "-m", "pip", "download", "--no-deps", "--only-binary", ":all:"]
        with log.open("a") as file:
            result = subprocess.run(
                [*command, *_PATIENCE, *place, "--dest", str(folder), requirement()],
                check=False,
                stdout=file,
                stderr=subprocess.STDOUT,
                cwd=ROOT,
            )
        if result.returncode == 0:
            return _wheel(folder)
    return None


def _wheel(folder: Path) -> Path | None:
    name, _, version = requirement().partition("==")
    return next(folder.glob(f"{name}-{version}-*.whl"), None)
