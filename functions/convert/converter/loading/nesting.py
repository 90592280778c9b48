"""Bounds how deeply a file nests containers and estimators, and what they hold when unfolded.

Libraries walk what a model holds by recursion, and by every path: a list that holds another twice
doubles the work at every level, in a file of a hundred bytes, and so does a pipeline.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from types import FunctionType, ModuleType
from typing import Any

import numpy as np

from converter.limits import LOADED_OBJECTS
from inferx.errors import Refused

_CONTAINERS = (list, tuple, dict, set, frozenset, np.ndarray)
_NOT_OF_THE_FILE = (type, ModuleType, FunctionType, np.ufunc)
_PLAIN = frozenset({str, bytes, int, float, bool, complex, type(None)})

_LEVELS = 100  # of containers: what scikit-learn and its users save is a few deep
_ESTIMATOR_LEVELS = 12  # each doubles or triples what scikit-learn does to look into the next
_ESTIMATORS = 1_000_000


@dataclass(slots=True)
class _Extent:
    """What an object holds, counted as often as it is reached.

    Attributes:
        levels: of containers below each other, no object of a class between them.
        containers: how many of them there are.
        estimator_levels: of estimators below each other, whatever is between them.
        estimators: how many of them there are.
    """

    levels: int = 0
    containers: int = 0
    estimator_levels: int = 0
    estimators: int = 0

    def add(self, inner: "_Extent") -> None:
        """Count what is inside, too."""
        self.levels = max(self.levels, inner.levels)
        self.containers += inner.containers
        self.estimator_levels = max(self.estimator_levels, inner.estimator_levels)
        self.estimators += inner.estimators


def check_nesting(root: object) -> None:
    """Check every container and every estimator that a file holds.

    Raises:
        Refused: one is nested too deeply, holds itself, or holds too much, counted as often as it
            is reached.
    """
    from sklearn.base import BaseEstimator  # noqa: PLC0415  # slow to import

    extents: dict[int, _Extent] = {}
    path: list[tuple[Any, Iterator[Any], _Extent]] = [(root, _inner(root), _Extent())]
    places = {id(root): 0}
    while path:
        part, rest, extent = path[-1]
        inner = next(rest, None)
        if inner is None:
            path.pop()
            del places[id(part)]
            extents[id(part)] = _whole(part, extent, BaseEstimator)
            if path:
                path[-1][2].add(extents[id(part)])
        elif id(inner) in extents:
            extent.add(extents[id(inner)])
        elif id(inner) in places:
            _check_circle([each for each, _, _ in path[places[id(inner)] :]], BaseEstimator)
        elif len(extents) + len(path) > LOADED_OBJECTS:
            raise Refused("The file holds too many objects.")
        else:
            places[id(inner)] = len(path)
            path.append((inner, _inner(inner), _Extent()))


def _inner(part: Any) -> Iterator[Any]:
    """Yield what an object holds itself, but for texts and numbers."""
    held: list[Any] = []
    if isinstance(part, dict):
        held += [*part.keys(), *part.values()]
    elif isinstance(part, list | tuple | set | frozenset):
        held += part
    elif isinstance(part, np.ndarray) and part.dtype.hasobject:
        held += part.ravel().tolist()
    if not isinstance(part, _NOT_OF_THE_FILE):
        held += getattr(part, "__dict__", {}).values()
    return iter(
        [each for each in held if type(each) not in _PLAIN and not isinstance(each, np.generic)]
    )


def _whole(part: object, held: _Extent, estimator: type) -> _Extent:
    """Return what an object and all that it holds is to others."""
    is_container = isinstance(part, _CONTAINERS)
    is_estimator = isinstance(part, estimator)
    whole = _Extent(
        held.levels + 1 if is_container else 0,
        held.containers + 1 if is_container else 0,
        held.estimator_levels + is_estimator,
        held.estimators + is_estimator,
    )
    if whole.levels > _LEVELS or whole.containers > LOADED_OBJECTS:
        raise _too_deep("lists, tuples or dictionaries")
    if whole.estimator_levels > _ESTIMATOR_LEVELS or whole.estimators > _ESTIMATORS:
        raise _too_deep("estimators")
    return whole


def _check_circle(circle: list[Any], estimator: type) -> None:
    """Check that objects that hold each other are others than containers and estimators.

    Nodes of trees know their neighbours.
    """
    if any(isinstance(part, estimator) for part in circle):
        raise _too_deep("estimators")
    if all(isinstance(part, _CONTAINERS) for part in circle):
        raise _too_deep("lists, tuples or dictionaries")


def _too_deep(what: str) -> Refused:
    return Refused(f"The file nests {what} too deeply; it is damaged or forged.")
