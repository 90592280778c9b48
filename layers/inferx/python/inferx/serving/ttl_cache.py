"""Values that were read a moment ago and stay valid for a while."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from time import monotonic

_MOST = 10_000


class TtlCache[K: Hashable, V]:
    """A cache whose entries expire; the oldest go when there are more than 10,000.

    Args:
        clock: returns the present time in seconds; for tests.
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._entries: OrderedDict[K, tuple[float, V]] = OrderedDict()

    def get(self, key: K) -> V | None:
        """Return the value, unless there is none or it has expired."""
        entry = self._entries.get(key)
        if entry is None or entry[0] <= self._clock():
            return None
        return entry[1]

    def put(self, key: K, value: V, seconds: float) -> None:
        """Keep a value for this many seconds."""
        self._entries.pop(key, None)
        self._entries[key] = (self._clock() + seconds, value)
        if len(self._entries) > _MOST:
            self._entries.popitem(last=False)

    def drop(self, key: K) -> None:
        """Remove a value, if there is one."""
        self._entries.pop(key, None)
