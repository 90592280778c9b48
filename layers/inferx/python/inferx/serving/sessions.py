"""Open models, kept until their memory is needed for others."""

import threading
from collections.abc import Callable
from time import perf_counter
from typing import NamedTuple

from inferx.errors import Broken
from inferx.serving import memory
from inferx.serving.model import Model
from inferx.serving.popularity import Popularity

_SHORTEST_S = 1e-4


class _Kept(NamedTuple):
    model: Model
    cost: int
    seconds: float


class SessionCache:
    """Open models, bounded by the memory that they were measured to take.

    A file's size says little: a 9 KB ONNX file can take 890 MB. So each model's cost is the
    larger of what its conversion measured and what this process grew by as it opened.

    Where there is no room, the model goes first that saves the least time for its memory: how often
    it was asked for lately, by the seconds that opening it took, by its cost. Of GreedyDual-Size
    (P. Cao and S. Irani, "Cost-Aware WWW Proxy Caching Algorithms", USITS 1997) these are the
    weights; ``bench/many_models.py`` compares this with LRU.

    Args:
        capacity: bytes for all open models together.
        resident: returns the bytes that this process uses now.
        clock: returns the present time in seconds; for tests.
    """

    def __init__(
        self,
        capacity: int,
        resident: Callable[[], int] = memory.resident,
        clock: Callable[[], float] = perf_counter,
    ) -> None:
        self._capacity = capacity
        self._resident = resident
        self._clock = clock
        self._ceiling = resident() + capacity
        self._kept: dict[str, _Kept] = {}
        self._popularity = Popularity()
        self._lock = threading.Lock()
        self._opening = threading.Lock()
        self.used = 0
        """Bytes that the open models take together, as measured."""

    def __len__(self) -> int:
        return len(self._kept)

    def __contains__(self, model_id: str) -> bool:
        return model_id in self._kept

    def get(self, model_id: str) -> Model | None:
        """Return the open model, and count the request; ``None`` when it is not open."""
        with self._lock:
            kept = self._kept.get(model_id)
            if kept is None:
                return None
            self._popularity.count(model_id)
            return kept.model

    def open(self, model_id: str, expected: int, opened: Callable[[], Model]) -> Model:
        """Open a model and keep it, closing others first if need be.

        One at a time, so that each one's memory can be measured, and no model is opened twice.

        Args:
            model_id: its id.
            expected: the bytes that it was measured to take when it was converted.
            opened: opens it and returns it.

        Raises:
            Broken: it takes more memory than there is for all models together.
        """
        if expected > self._capacity:
            raise Broken("This model needs more memory than the prediction function has.")
        with self._opening:
            already = self.get(model_id)
            if already is not None:
                return already
            self._make_room(expected)
            before, began = self._resident(), self._clock()
            model = opened()
            seconds = max(self._clock() - began, _SHORTEST_S)
            cost = max(expected, self._resident() - before, 1)
            with self._lock:
                self._kept[model_id] = _Kept(model, cost, seconds)
                self._popularity.count(model_id)
                self.used += cost
            self._make_room(0, opened=model_id)
        return model

    def drop(self, model_id: str) -> None:
        """Close a model, if it is open."""
        with self._lock:
            self._remove(model_id)

    def _make_room(self, wanted: int, opened: str | None = None) -> None:
        # The model just opened stays, even when it is over the bound by itself.
        while self.used + wanted > self._capacity and self._close_one(opened):
            pass
        # The sum of measurements is steady, but Lambda kills a process for its actual size.
        while self._resident() + wanted > self._ceiling:
            memory.release()
            if self._resident() + wanted <= self._ceiling or not self._close_one(opened):
                return

    def _close_one(self, but: str | None) -> bool:
        with self._lock:
            others = [each for each in self._kept if each != but]
            if others:
                self._remove(min(others, key=self._worth))
        return bool(others)

    def _worth(self, model_id: str) -> float:
        kept = self._kept[model_id]
        return self._popularity[model_id] * kept.seconds / kept.cost

    def _remove(self, model_id: str) -> None:
        kept = self._kept.pop(model_id, None)
        if kept is not None:
            self.used -= kept.cost
