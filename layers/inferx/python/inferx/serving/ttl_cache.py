"""What was read a moment ago and may be believed for a while."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from time import monotonic

_MOST = 10_000


class TtlCache[K: Hashable, V]:
    """A cache whose entries expire.

    Args:
        seconds: for how long an entry is believed.
        clock: tells the seconds; for tests.
    """

    def __init__(self, seconds: float, clock: Callable[[], float] = monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._entries: OrderedDict[K, tuple[float, V]] = OrderedDict()

    def get(self, key: K) -> V | None:
        """The entry, unless there is none or it is too old."""
        entry = self._entries.get(key)
        if entry is None or entry[0] <= self._clock():
            return None
        return entry[1]

    def put(self, key: K, value: V) -> None:
        """Believe this from now on; the oldest entries go when there are too many."""
        self._entries.pop(key, None)
        self._entries[key] = (self._clock() + self._seconds, value)
        if len(self._entries) > _MOST:
            self._entries.popitem(last=False)

    def drop(self, key: K) -> None:
        """Believe it no longer."""
        self._entries.pop(key, None)
