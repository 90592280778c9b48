"""One at a time for each key, side by side for different ones."""

import threading
from collections.abc import Hashable, Iterator
from contextlib import contextmanager


class Flights:
    """A lock for each key that is in use."""

    def __init__(self) -> None:
        self._locks: dict[Hashable, tuple[threading.Lock, int]] = {}
        self._guard = threading.Lock()

    def __len__(self) -> int:
        return len(self._locks)

    @contextmanager
    def of(self, key: Hashable) -> Iterator[None]:
        """Hold the key's lock for the block."""
        with self._guard:
            lock, waiting = self._locks.get(key, (threading.Lock(), 0))
            self._locks[key] = lock, waiting + 1
        try:
            with lock:
                yield
        finally:
            with self._guard:
                waiting = self._locks[key][1] - 1
                self._locks[key] = lock, waiting
                if not waiting:
                    del self._locks[key]
