"""The final walk over a loaded model, for what native code trusts and no single state shows."""

from collections.abc import Iterable, Iterator
from types import FunctionType, ModuleType
from typing import Any

import numpy as np

from converter.limits import LOADED_OBJECTS
from converter.loading.boosting import check_boosting, check_first_scores
from converter.loading.inert import Replaced, Vetted
from converter.loading.native_inputs import check_sizes
from converter.loading.pandas_tables import Block, Frame
from converter.loading.pending import Pending
from inferx.errors import Refused

_DAMAGED = "The parts of the model in the file do not fit each other; it is damaged."

_PLAIN = frozenset({str, bytes, int, float, bool, type(None)})
_NOT_OF_THE_FILE = (type, ModuleType, FunctionType, np.ufunc)


def parts_of(root: object) -> Iterator[Any]:
    """Yield every object reachable from ``root``, each once.

    Raises:
        Refused: for more objects than a model may have.
    """
    seen: dict[int, object] = {}
    waiting = [root]
    while waiting:
        part = waiting.pop()
        if id(part) in seen or part is None or isinstance(part, str | bytes | int | float):
            continue
        seen[id(part)] = part
        if len(seen) > LOADED_OBJECTS:
            raise Refused("The file holds too many objects.")
        yield part
        if isinstance(part, dict):
            waiting.extend(_not_plain(part.keys()))
            waiting.extend(_not_plain(part.values()))
        elif isinstance(part, list | tuple | set | frozenset):
            waiting.extend(_not_plain(part))
        elif isinstance(part, np.ndarray) and part.dtype.hasobject:
            waiting.extend(_not_plain(part.ravel().tolist()))
        if not isinstance(part, _NOT_OF_THE_FILE):
            waiting.extend(getattr(part, "__dict__", {}).values())


def _not_plain(parts: Iterable[Any]) -> list[Any]:
    """Leave out strings and numbers, of which a vocabulary or a list of names has very many."""
    return [part for part in parts if type(part) not in _PLAIN]


def check_structure(root: object) -> None:
    """Check each part against the others its native code will be run with.

    Raises:
        Refused: when sizes contradict each other, or a part never got its state.
    """
    for part in parts_of(root):
        if isinstance(part, Vetted | Replaced | Pending | Block):
            raise Refused(_DAMAGED)
        if isinstance(part, Frame):
            raise Refused("The file holds a pandas data frame: save the model without it.")
        attributes = getattr(part, "__dict__", None)
        if isinstance(attributes, dict) and not isinstance(part, _NOT_OF_THE_FILE):
            check_sizes(part, attributes)
            check_boosting(part, attributes)


def check_running_parts(root: object) -> None:
    """Check what only running a part shows, after the model was brought up to date.

    Raises:
        Refused: as :func:`check_structure` does.
    """
    for part in list(parts_of(root)):
        check_first_scores(part)
