"""Bounds what is hashed: a tuple that holds another twice doubles the time at every level.

Python keeps no hash of a tuple, so that sixty such levels in a hundred bytes take for ever.
"""

from collections.abc import Iterable

from converter.limits import LOADED_OBJECTS
from inferx.errors import Refused

_CONTAINERS = (tuple, frozenset)


class HashBudget:
    """What the keys of one file may cost to hash, in objects visited."""

    def __init__(self, objects: int = LOADED_OBJECTS) -> None:
        self._left = objects

    def spend(self, keys: Iterable[object]) -> None:
        """Raise unless these keys can be hashed within what is left.

        Raises:
            Refused: they hold too much, counted as often as it is reached.
        """
        waiting = [key for key in keys if isinstance(key, _CONTAINERS)]
        while waiting:
            container = waiting.pop()
            self._left -= len(container) + 1
            if self._left < 0:
                raise Refused(
                    "The file holds keys of too many nested tuples; it is damaged or forged."
                )
            waiting.extend(item for item in container if isinstance(item, _CONTAINERS))
