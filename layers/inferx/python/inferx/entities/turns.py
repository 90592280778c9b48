"""Which of an owner's conversions run, and which wait for their turn, as they are stored."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Turns:
    """One owner's conversions.

    Attributes:
        running: when each that runs was started, by the model version's id.
        waiting: when each that waits last asked for its turn, by the same id; in order.
        revision: changes with each change; ``None`` where nothing is stored.
    """

    running: Mapping[str, datetime] = field(default_factory=dict)
    waiting: Mapping[str, datetime] = field(default_factory=dict)
    revision: str | None = None
