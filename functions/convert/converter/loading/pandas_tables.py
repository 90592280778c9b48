"""Labels of the rows of a pandas Series, and data frames, which encoders of categories keep.

Any other part of a model takes a Series for its values alone, and data frames are refused there.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from inferx.errors import Refused

_DAMAGED = "The file describes a pandas object that pandas never writes; it is damaged."


class Labelled(np.ndarray[Any, Any]):
    """The values of a Series whose labels do not just count its rows."""

    labels: list[Any]


@dataclass(frozen=True, slots=True)
class Block:
    """Some columns of a data frame, ``(columns, rows)``, and their places in it."""

    values: np.ndarray[Any, Any]
    places: np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class Frame:
    """A data frame: the values of each column, and the labels of its rows."""

    columns: dict[Any, np.ndarray[Any, Any]]
    labels: list[Any]


def labelled(values: np.ndarray[Any, Any], axes: object) -> np.ndarray[Any, Any]:
    """Return the values of a Series with its labels, where they do not just count its rows."""
    labels = axes[0] if type(axes) is list and len(axes) == 1 else None
    if type(labels) is not list or len(labels) != len(values) or labels == [*range(len(values))]:
        return values
    named = values.view(Labelled)
    named.labels = labels
    return named


def without_labels(part: object) -> object:
    """Return the plain array of a labelled one, and anything else as it is."""
    return part.view(np.ndarray) if type(part) is Labelled else part


def labels_of(values: np.ndarray[Any, Any]) -> list[Any]:
    """Return the label of each value of a Series."""
    if type(values) is Labelled:
        return values.labels
    return list(range(len(values)))


def block(values: object, places: object, dimensions: object) -> Block:
    """Stand in for ``_unpickle_block(values, placement, ndim)``."""
    if type(values) is not np.ndarray or values.ndim != 2 or dimensions != 2:
        raise Refused(_DAMAGED)
    if type(places) is slice:
        ends = (places.start, places.stop, places.step)
        if any(type(end) is not int for end in ends) or ends[2] == 0:
            raise Refused(_DAMAGED)
        counted = range(*ends)
        if len(counted) != len(values):
            raise Refused(_DAMAGED)
        places = np.array(counted, dtype=np.int64)
    if type(places) is not np.ndarray or places.dtype.kind not in "iu":
        raise Refused(_DAMAGED)
    if places.shape != values.shape[:1]:
        raise Refused(_DAMAGED)
    return Block(values, places)


def frame(blocks: object, axes: object) -> Frame:
    """Stand in for ``BlockManager(blocks, axes)``."""
    if type(blocks) is not tuple or type(axes) is not list or len(axes) != 2:
        raise Refused(_DAMAGED)
    names, labels = axes
    if type(names) is not list or type(labels) is not list:
        raise Refused(_DAMAGED)
    found: dict[int, np.ndarray[Any, Any]] = {}
    for part in blocks:
        if type(part) is not Block or part.values.shape[1] != len(labels):
            raise Refused(_DAMAGED)
        found.update(zip(part.places.tolist(), part.values, strict=True))
    if sorted(found) != [*range(len(names))] or len(set(names)) != len(names):
        raise Refused(_DAMAGED)
    return Frame({name: found[place] for place, name in enumerate(names)}, labels)


def of_frame(state: object) -> Frame:
    """Return what a ``DataFrame`` holds."""
    parts = state if type(state) is dict else {}
    values = parts.get("_mgr", parts.get("_data"))
    if type(values) is not Frame:
        raise Refused(_DAMAGED)
    return values
