"""The pins of what is deployed, read from the lists that `make lock` writes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from local.pins import SHIPPED
from local.torch_wheels import REQUIREMENT
from tools.template import ROOT

_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
_VIA = re.compile(r"(?:via|#) +([\w.-]+)$")
_PROVIDED = re.compile(r"^provided='([^']+)'$", re.MULTILINE)


@dataclass(frozen=True)
class Pin:
    """One package at one version, as one part of the service has it.

    Attributes:
        name: in its normalised form.
        hashes: the SHA-256 of each of its distribution files, in hex; one of them is installed.
        needed_by: the packages that require it.
        part: the folder whose list pins it.
    """

    name: str
    version: str
    hashes: tuple[str, ...]
    needed_by: tuple[str, ...]
    part: str


def shipped() -> list[Pin]:
    """Return all pins of what is deployed, without what Lambda's runtime provides instead."""
    provided = _provided()
    lists = [*(ROOT / f"{name}.txt" for name in SHIPPED), REQUIREMENT]
    found = (pin for path in lists for pin in _read(path))
    return [pin for pin in found if pin.name not in provided or "convert_deep" in pin.part]


def _provided() -> frozenset[str]:
    (names,) = _PROVIDED.findall((ROOT / "layers/install.sh").read_text())
    return frozenset(names.split("|"))


def _read(path: Path) -> Iterator[Pin]:
    part = str(path.parent.relative_to(ROOT))
    for block in re.split(r"\n(?=[^\s#])", path.read_text()):
        lines = [line for line in block.splitlines() if not line.startswith("#")]
        if not lines:
            continue
        requirement = Requirement(lines[0].rstrip(" \\"))
        (version,) = (each.version for each in requirement.specifier)
        yield Pin(
            canonicalize_name(requirement.name),
            version,
            tuple(_HASH.findall(block)),
            tuple(name for line in lines for name in _VIA.findall(line)),
            part,
        )
