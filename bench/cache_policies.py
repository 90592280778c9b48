"""What is closed first when memory is short: the session cache's own choice, LRU and the optimum.

Each replays the same requests with the same bytes and seconds of each model, and counts what it
had to open. Belady's optimum knows the future and closes what is needed last (L. A. Belady, "A
Study of Replacement Algorithms for a Virtual-Storage Computer", IBM Systems Journal 5 (2), 1966).
It is the optimum for models of one size; for different sizes, finding one is NP-hard.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast

from inferx.serving.model import Model
from inferx.serving.sessions import SessionCache


@dataclass(frozen=True)
class Costs:
    """What each model takes.

    Attributes:
        size: bytes of memory, by id.
        seconds: to open it, by id.
        capacity: bytes for all open models together.
    """

    size: dict[str, int]
    seconds: dict[str, float]
    capacity: int


@dataclass(frozen=True)
class Outcome:
    """How many models were opened, and the seconds that took."""

    loads: int
    seconds: float


type Policy = Callable[[Sequence[str], Costs], Outcome]


def ours(asked: Sequence[str], costs: Costs) -> Outcome:
    """Replay through :class:`SessionCache` itself, on a clock that only opening moves."""
    moment = [0.0]
    loads: list[str] = []
    cache = SessionCache(costs.capacity, lambda: 0, lambda: moment[0])

    for model_id in asked:

        def opened(model_id: str = model_id) -> Model:
            moment[0] += costs.seconds[model_id]
            loads.append(model_id)
            return cast("Model", model_id)

        if cache.get(model_id) is None:
            cache.open(model_id, costs.size[model_id], opened)
    return Outcome(len(loads), moment[0])


def lru(asked: Sequence[str], costs: Costs) -> Outcome:
    """Replay, closing what was used longest ago."""
    return _replay(asked, costs, lambda position, _: -position)


def optimum(asked: Sequence[str], costs: Costs) -> Outcome:
    """Replay, closing what is asked for again last."""
    return _replay(asked, costs, lambda _, following: following)


def _replay(asked: Sequence[str], costs: Costs, rank: Callable[[int, float], float]) -> Outcome:
    """Close the model of the highest rank first, by its latest request and by its next one."""
    following = _next_requests(asked)
    kept: dict[str, float] = {}
    used, loads = 0, []
    for position, model_id in enumerate(asked):
        if model_id not in kept:
            loads.append(model_id)
            while kept and used + costs.size[model_id] > costs.capacity:
                closed = max(kept, key=kept.__getitem__)
                del kept[closed]
                used -= costs.size[closed]
            used += costs.size[model_id]
        kept[model_id] = rank(position, following[position])
    return Outcome(len(loads), sum(costs.seconds[each] for each in loads))


def _next_requests(asked: Sequence[str]) -> list[float]:
    following = [0.0] * len(asked)
    seen: dict[str, int] = {}
    for position in range(len(asked) - 1, -1, -1):
        following[position] = seen.get(asked[position], float("inf"))
        seen[asked[position]] = position
    return following


def requests(ids: Sequence[str], count: int) -> dict[str, list[str]]:
    """Return sequences of requests, by what is particular about them."""
    draw = random.Random(0)  # noqa: S311 - a repeatable order
    often = [1 / (rank + 1) for rank in range(len(ids))]  # Zipf's law
    shifted: list[str] = []
    for _ in range(5):
        shifted += draw.choices(draw.sample(ids, len(ids)), often, k=count // 5)
    scanned: list[str] = []
    while len(scanned) < count:
        scanned += [*draw.choices(ids, often, k=len(ids)), *ids]
    drifting = [
        ids[(rank + 5 * (40 * position // count)) % len(ids)]
        for position, rank in enumerate(draw.choices(range(len(ids)), often, k=count))
    ]
    bursts: list[str] = []
    while len(bursts) < count:
        bursts += draw.choices(ids, often) * draw.randint(1, 8)
    return {
        "Zipf": draw.choices(ids, often, k=count),
        "Zipf, others popular after each fifth": shifted,
        "Zipf, popularity drifting": drifting,
        "Zipf, with scans of all": scanned[:count],
        "Zipf, in bursts": bursts[:count],
        "all alike": draw.choices(ids, k=count),
    }
