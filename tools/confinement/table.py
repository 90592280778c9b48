"""What refused each attempt, as a table: a column for each place where it was tried."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tools.confinement.attempts import ATTEMPTS, OF_LANDLOCK_ALONE

LABELS = {
    "filter": "filter",
    "Landlock": "Landlock",
    "capabilities": "no capability",
    "limits": "limit",
    "privacy": "hidden",
    "parent": "parent",
}
_NO_SUCH_CALL = "ENOSYS"


@dataclass(frozen=True)
class Tried:
    """What :mod:`tools.confinement.probing` printed in one place.

    Attributes:
        landlock: whether the kernel has Landlock.
        outcomes: of each attempt, by layers.
    """

    landlock: bool
    outcomes: Mapping[str, Mapping[str, str]]

    @classmethod
    def from_json(cls, printed: Any) -> "Tried":
        """Return what was printed."""
        return cls(printed["landlock"], printed["outcomes"])

    def refusal(self, name: str) -> str:
        """Return by what an attempt was refused, and with which error."""
        found = self.outcomes[name]
        if not found["all"]:
            return "nothing"
        if found["none"] not in {"", _NO_SUCH_CALL}:
            return f"user ({found['none']})"
        alone = [LABELS[layer] for layer in LABELS if found[layer] not in {"", found["none"]}]
        together = [LABELS[layer] for layer in LABELS if not found.get(f"but {layer}", "-")]
        return f"{', '.join(alone) or ' with '.join(together)} ({found['all']})"

    def faults(self) -> list[str]:
        """Return a sentence for each attempt that was not refused and should be."""
        excused = set() if self.landlock else OF_LANDLOCK_ALONE
        return [
            f"a confined process may: {name}"
            for name, found in self.outcomes.items()
            if not found["all"] and name not in excused
        ]


def table(places: Mapping[str, Tried]) -> str:
    """Return the table's text."""
    lines = [_line(["tried", *places]), _line(["---"] * (1 + len(places)))]
    lines += [
        _line([each.name, *(tried.refusal(each.name) for tried in places.values())])
        for each in ATTEMPTS
    ]
    return "\n".join(lines) + "\n"


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
