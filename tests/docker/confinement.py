"""What code in a hostile file could try, tried in the converter's own container."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.docker.emulated import Container

_PROBES = Path(__file__).parent / "probes.py"
# The last of the path is where the children's own modules are written.
_PYTHON = ["env", "PYTHONPATH=/var/task:/opt/python:/tmp/attempts", "python3", "-"]


@dataclass(frozen=True)
class Attempt:
    """One thing tried by a confined child of the converter.

    Attributes:
        name: what was tried.
        refused_by: what the kernel or Python said; empty when it succeeded.
    """

    name: str
    refused_by: str


def tried(converter: Container) -> list[Attempt]:
    """Return what became of each attempt, in a process beside the function's own."""
    printed = converter.run(_PYTHON, _PROBES.read_text())
    return [Attempt(*each) for each in json.loads(printed.splitlines()[-1])]


def table(attempts: Sequence[Attempt]) -> str:
    """Return the table's text."""
    return "\n".join(f"{each.name:<42}{each.refused_by or 'SUCCEEDED'}" for each in attempts)


def faults(attempts: Sequence[Attempt]) -> list[str]:
    """Return a sentence for each attempt that was not refused."""
    return [f"a confined process may: {each.name}" for each in attempts if not each.refused_by]
