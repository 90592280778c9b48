"""Bounds what skops builds of a schema: a part that holds another twice doubles its work.

A part refers to an earlier one by its ``__id__``, and skops follows each reference as if the part
were written there again.
"""

import json
from typing import Any

from inferx.errors import Refused

_ID = "__id__"
_REFERENCE = "CachedNode"
_SHARED = 10  # a vote lists its members three times, and so may a stack of votes
_FREE = 20_000


def check_schema(content: bytes) -> None:
    """Raise unless a ``schema.json`` is, with its references followed, not much larger than it is.

    Raises:
        Refused: it is, or a part of it holds itself.
    """
    schema = json.loads(content)
    parts = _Parts(schema)
    if parts.unfolded(schema) > _FREE + _SHARED * parts.count:
        raise Refused("The file holds its parts in one another too often; it is forged.")


class _Parts:
    """The parts of a schema by their ids. A forged one may have several of one id."""

    def __init__(self, schema: Any) -> None:
        self.count = 0
        self._named: dict[Any, list[dict[str, Any]]] = {}
        self._sizes: dict[Any, int | None] = {}
        waiting = [schema]
        while waiting:
            part = waiting.pop()
            if isinstance(part, dict):
                self.count += 1
                waiting.extend(part.values())
                if _ID in part and part.get("__loader__") != _REFERENCE:
                    self._named.setdefault(part[_ID], []).append(part)
            elif isinstance(part, list):
                waiting.extend(part)

    def unfolded(self, part: Any) -> int:
        """Return how many parts one holds, counted as often as they are reached."""
        if isinstance(part, list):
            return self._together(part)
        if not isinstance(part, dict):
            return 0
        if _ID not in part:
            return 1 + self._together(part.values())
        return self._of(part[_ID])

    def _of(self, name: Any) -> int:
        if name not in self._sizes:
            self._sizes[name] = None
            held = [self._together(each.values()) for each in self._named.get(name, ())]
            self._sizes[name] = 1 + max(held, default=0)
        size = self._sizes[name]
        if size is None:
            raise Refused("A part of the file holds itself; it is forged.")
        return size

    def _together(self, parts: Any) -> int:
        size = 0
        for part in parts:
            size += self.unfolded(part)
        return size
