"""What each function took in its containers, as a table."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from threading import Event, Thread

from tests.docker.emulated import Container

_MOST = 0.8
"""The share of its memory above which a function has too little."""

_HEADER = f"{'function':<22}{'cold start':>12}{'warm':>10}{'peak memory':>14}{'limit':>10}"


@dataclass(frozen=True)
class Measured:
    """One function's containers.

    Attributes:
        function: the logical id.
        cold_ms: its first invocation, with the start of the runtime and of the function in it.
        warm_ms: the median of the others.
        peak_bytes: the most memory that one container has had.
        limit_bytes: what it may have.
    """

    function: str
    cold_ms: float
    warm_ms: float
    peak_bytes: int
    limit_bytes: int

    @property
    def is_too_large(self) -> bool:
        """Whether too little of the memory is left."""
        return self.peak_bytes > _MOST * self.limit_bytes

    def row(self) -> str:
        """Return the function's line of the table."""
        peak, limit = self.peak_bytes / (1 << 20), self.limit_bytes / (1 << 20)
        return (
            f"{self.function:<22}{self.cold_ms:>9.0f} ms{self.warm_ms:>7.0f} ms"
            f"{peak:>11.0f} MB{limit:>7.0f} MB"
        )


@contextmanager
def watched(container: Container) -> Iterator[Callable[[], int]]:
    """Yield what returns the highest sum of its processes' peaks, also of those that have ended.

    It asks again and again during the block, for a converter's children live for seconds.
    """
    ended, peaks = Event(), [container.resident_bytes()]

    def watch() -> None:
        while not ended.wait(0.2):
            peaks.append(container.resident_bytes())

    thread = Thread(target=watch)
    thread.start()
    try:
        yield lambda: max(peaks)
    finally:
        ended.set()
        thread.join()


def measured(found: Iterable[Container], watched_bytes: Mapping[str, int]) -> list[Measured]:
    """Return what there is to know of each function, by name.

    Args:
        found: its containers.
        watched_bytes: what :func:`watched` found, by function.
    """
    by_function: dict[str, list[Container]] = {}
    for container in found:
        by_function.setdefault(container.function, []).append(container)
    return [
        _of(function, containers, watched_bytes.get(function, 0))
        for function, containers in sorted(by_function.items())
    ]


def table(rows: Iterable[Measured]) -> str:
    """Return the table's text."""
    return "\n".join([_HEADER, *(each.row() for each in rows)])


def faults(rows: Iterable[Measured]) -> list[str]:
    """Return a sentence for each function that has too little memory."""
    return [
        f"{each.function} needs more than {_MOST:.0%} of its memory" for each in rows
        if each.is_too_large
    ]  # fmt: skip


def _of(function: str, found: list[Container], watched_bytes: int) -> Measured:
    durations = [container.durations_ms() for container in found]
    first = [each[0] for each in durations]
    later = [duration for each in durations for duration in each[1:]]
    peaks = [max(each.charged_bytes(), each.resident_bytes()) for each in found]
    return Measured(
        function,
        cold_ms=median(first),
        warm_ms=median(later),
        peak_bytes=max(watched_bytes, *peaks),
        limit_bytes=found[0].limit_bytes,
    )
