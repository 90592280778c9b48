"""Trees whose leaves hold several weights, as trees whose leaves hold one.

Each tree is laid in layers: the first is the tree with the first weight of each leaf, the next has
the second weights, and so on. A layer keeps only the branches that lead to such leaves. A forest
grown until its leaves are pure, as forests are by default, needs a single layer.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from converter.tree_ensembles.classic import Ensemble


@dataclass(frozen=True)
class Layer:
    """A part of the trees: which nodes it keeps, and the entry (-1: none) of each kept leaf."""

    kept: Any
    entries: Any


def layers_of(ensemble: Ensemble) -> Iterator[Layer]:
    """Spread an ensemble's weights, the zeros left out, over layers."""
    total = len(ensemble.modes)
    used = np.flatnonzero(ensemble.weights != 0)
    leaves = ensemble.leaves[used]
    first = np.searchsorted(leaves, leaves)  # entries are in the order of their leaves
    rank = np.arange(len(leaves)) - first
    for layer in range(int(rank.max(initial=0)) + 1):
        entries = np.full(total, -1, dtype=np.int64)
        entries[leaves[rank == layer]] = used[rank == layer]
        everything = np.ones(total, dtype=bool)
        yield Layer(everything if layer == 0 else _above(ensemble, entries >= 0), entries)


def _above(ensemble: Ensemble, kept: Any) -> Any:
    """Return the given leaves and every node that leads to one."""
    inner = ensemble.inner
    while True:
        more = kept | (inner & (kept[ensemble.true] | kept[ensemble.false]))
        if (more == kept).all():
            return kept
        kept = more
