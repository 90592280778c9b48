"""Figures: what was measured, what it is compared with, and its budget."""

from collections.abc import Callable
from dataclasses import dataclass
from time import thread_time


@dataclass(frozen=True)
class Figure:
    """One line of the table.

    Attributes:
        ours: our measurement, in ``unit``.
        floor: what it is compared with, in the same unit.
        budget: the largest ratio of the two that DESIGN allows; ``None`` when it sets none.
    """

    what: str
    ours: float
    against: str
    floor: float
    unit: str
    budget: float | None = None

    @property
    def ratio(self) -> float:
        """Our figure divided by the floor's."""
        return self.ours / self.floor

    @property
    def held(self) -> bool:
        """Whether the budget is kept."""
        return self.budget is None or self.ratio <= self.budget


def seconds_each(work: Callable[[], object], times: int) -> float:
    """Return the seconds of the processor that one call takes of this thread: the mean of many.

    By the clock, a busy machine's other processes would count.
    """
    started = thread_time()
    for _ in range(times):
        work()
    return (thread_time() - started) / times


def side_by_side(
    ours: Callable[[], object], floor: Callable[[], object], times: int, rounds: int = 15
) -> tuple[float, float]:
    """Return the seconds of each, in turns so that what slows one slows both: the best rounds.

    What else a machine does lengthens rounds and shortens none.
    """
    pairs = [(seconds_each(ours, times), seconds_each(floor, times)) for _ in range(rounds)]
    return min(pair[0] for pair in pairs), min(pair[1] for pair in pairs)
