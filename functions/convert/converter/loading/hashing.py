"""Bounds what is hashed: a tuple that holds another twice doubles the time at every level.

Python keeps no hash of a tuple, so that sixty such levels in a hundred bytes take for ever. It
hashes by recursion, so that a million levels end the process.
"""

from collections.abc import Iterable

from converter.limits import LOADED_OBJECTS
from inferx.errors import Refused

_CONTAINERS = (tuple, frozenset)
_DEPTH = 100  # what scikit-learn writes is a few levels deep


class HashBudget:
    """What the tuples or the keys of one file may cost to hash, in objects visited."""

    def __init__(self, objects: int = LOADED_OBJECTS) -> None:
        self._left = objects

    def spend(self, keys: Iterable[object]) -> None:
        """Raise unless these can be hashed within what is left, and are not nested deeply.

        Raises:
            Refused: they hold too much, counted as often as it is reached, or too deeply.
        """
        level = [key for key in keys if isinstance(key, _CONTAINERS)]
        for _ in range(_DEPTH):
            if not level:
                return
            self._left -= sum(len(container) + 1 for container in level)
            if self._left < 0:
                break
            items = (item for container in level for item in container)
            level = [item for item in items if isinstance(item, _CONTAINERS)]
        raise Refused("The file holds too many nested tuples; it is damaged or forged.")
