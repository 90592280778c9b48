"""Open models, kept until their memory is needed for others."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from inferx.errors import Broken
from inferx.serving import memory
from inferx.serving.model import Model


@dataclass(frozen=True, slots=True)
class _Kept:
    model: Model
    cost: int


class SessionCache:
    """An LRU cache of open models, bounded by the memory that they were measured to take.

    A file's size says little: a 9 KB ONNX file can take 890 MB. So each model's cost is the
    larger of what its conversion measured and what this process grew by as it opened.

    Args:
        capacity: bytes for all open models together.
        resident: returns the bytes that this process uses now.
    """

    def __init__(self, capacity: int, resident: Callable[[], int] = memory.resident) -> None:
        self._capacity = capacity
        self._resident = resident
        self._ceiling = resident() + capacity
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._lock = threading.Lock()
        self._opening = threading.Lock()
        self.used = 0
        """Bytes that the open models take together, as measured."""

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, model_id: str) -> Model | None:
        """Return the open model, now the most recently used; ``None`` when it is not open."""
        with self._lock:
            kept = self._kept.get(model_id)
            if kept is None:
                return None
            self._kept.move_to_end(model_id)
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
            before = self._resident()
            model = opened()
            cost = max(expected, self._resident() - before)
            with self._lock:
                self._kept[model_id] = _Kept(model, cost)
                self.used += cost
            self._make_room(0)
        return model

    def drop(self, model_id: str) -> None:
        """Close a model, if it is open."""
        with self._lock:
            kept = self._kept.pop(model_id, None)
            if kept is not None:
                self.used -= kept.cost

    def _make_room(self, wanted: int) -> None:
        while self.used + wanted > self._capacity and self._close_oldest(wanted):
            pass
        # The sum of measurements is steady, but Lambda kills a process for its actual size.
        while self._resident() + wanted > self._ceiling:
            memory.release()
            if self._resident() + wanted <= self._ceiling or not self._close_oldest(wanted):
                return

    def _close_oldest(self, wanted: int) -> bool:
        # The model just opened stays, even when it is over the bound by itself.
        if len(self._kept) <= (0 if wanted else 1):
            return False
        self.drop(next(iter(self._kept)))
        return True
