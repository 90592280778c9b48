"""PyTorch without CUDA, as a wheel: the one package that comes from no ordinary place.

On Linux the package index has the build with CUDA, and gigabytes of NVIDIA's libraries with it. The
build for processors alone is a version of its own, which pip finds where its user has configured a
folder or an index that holds it, and else in PyTorch's public index. Elsewhere the plain version is
that build.
"""

import platform
from dataclasses import dataclass
from pathlib import Path

from local.failure import Failure
from local.paths import ROOT, STATE
from local.setup import run

REQUIREMENT = ROOT / "functions/convert_deep/requirements-torch.txt"
PUBLIC_INDEX = "https://download.pytorch.org/whl/cpu"

# An index that cannot be reached is soon given up: another one may have the wheel.
_PATIENCE = ("--timeout", "10", "--retries", "1")
_C_LIBRARIES = ("manylinux_2_28", "manylinux_2_27", "manylinux_2_17", "manylinux2014")


@dataclass(frozen=True)
class Target:
    """Where wheels are to run.

    Attributes:
        python: the version, as in "3.11".
        machine: the processor of a Linux image, as wheels name it; None for this machine.
    """

    python: str
    machine: str | None = None

    @property
    def requirement(self) -> str:
        """The build of PyTorch to ask for, as in ``torch==2.13.0+cpu``."""
        lines = REQUIREMENT.read_text().splitlines()
        (pinned,) = [line for line in lines if line and not line.startswith("#")]
        is_linux = self.machine is not None or platform.system() == "Linux"
        return f"{pinned}+cpu" if is_linux else pinned

    @property
    def folder(self) -> Path:
        """Where its wheels are kept."""
        return STATE / "wheels" / f"python{self.python}-{self.machine or 'native'}"

    @property
    def options(self) -> list[str]:
        """What pip needs to know of it; pip itself runs on a Python of the same version."""
        if self.machine is None:
            return []
        return [f"--platform={name}_{self.machine}" for name in _C_LIBRARIES]


def download(python: Path, target: Target, log: Path) -> Path | None:
    """Return the wheel, downloaded unless an earlier run did; None where it is not to be had.

    Args:
        python: an interpreter of the target's version, with pip.
        target: where it is to run.
        log: the file that gets pip's own words.
    """
    if found := _wheel(target):
        return found
    places: tuple[list[str], ...] = ([], ["--index-url", PUBLIC_INDEX])
    for place in places:
        try:
            fetch(python, target, [*_PATIENCE, *place, target.requirement], log)
        except Failure:
            continue  # the next place may have it
        return _wheel(target)
    return None


def fetch(python: Path, target: Target, arguments: list[str], log: Path) -> None:
    """Have pip download wheels into the target's folder.

    Raises:
        Failure: pip does not find them.
    """
    target.folder.mkdir(parents=True, exist_ok=True)
    command = [str(python), "-m", "pip", "download", "--no-deps", "--only-binary", ":all:"]
    run([*command, *target.options, "--dest", str(target.folder), *arguments], log)


def _wheel(target: Target) -> Path | None:
    name, _, version = target.requirement.partition("==")
    return next(target.folder.glob(f"{name}-{version}-*.whl"), None)
