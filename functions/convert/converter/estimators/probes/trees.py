"""Trees of every library in one form, and what a row must be like to come to one of their nodes."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from converter.estimators.custom_converters import boosters

_NOWHERE = -1


@dataclass(frozen=True)
class SplitTree:
    """A tree's nodes by position, the root first.

    ``feature`` is -1 where no number is compared, ``left`` and ``right`` are -1 at leaves. Rows
    with at most the threshold go left.
    """

    feature: Any
    threshold: Any
    left: Any
    right: Any

    def parents(self) -> dict[int, int]:
        """Return the node above each node."""
        found: dict[int, int] = {}
        for children in (self.left, self.right):
            at = np.flatnonzero(children >= 0)
            found.update(zip(children[at].tolist(), at.tolist(), strict=True))
        return found

    def bounds(self, node: int, parents: dict[int, int]) -> dict[int, tuple[float, float]]:
        """Return the range of each feature in which rows come to a node."""
        found: dict[int, tuple[float, float]] = {}
        while node in parents:
            below, node = node, parents[node]
            feature, threshold = int(self.feature[node]), float(self.threshold[node])
            if feature >= 0:
                low, high = found.get(feature, (-np.inf, np.inf))
                if self.left[node] == below:
                    high = min(high, threshold)
                else:
                    low = max(low, threshold)
                found[feature] = (low, high)
        return found


def stump(feature: int, threshold: float) -> SplitTree:
    """Make the tree of one comparison."""
    nowhere = np.array([_NOWHERE])
    return SplitTree(np.array([feature]), np.array([threshold]), nowhere, nowhere)


def trees_of(part: Any) -> list[SplitTree]:
    """Return the trees that one object is, not those of the objects in it."""
    kind = type(part).__name__
    if kind == "Tree":
        return [SplitTree(part.feature, part.threshold, part.children_left, part.children_right)]
    if kind == "TreePredictor":
        return [_of_histograms(part.nodes)]
    if boosters.library_of(part) and hasattr(part, "n_features_in_"):
        return [
            SplitTree(
                np.where(tree.true >= 0, tree.feature, _NOWHERE),
                np.asarray(tree.value, dtype=float),
                np.asarray(tree.true),
                np.asarray(tree.false),
            )
            for tree in boosters.boosted_by(part).trees
        ]
    return []


def _of_histograms(nodes: Any) -> SplitTree:
    inner = nodes["is_leaf"] == 0
    compared = inner & (nodes["is_categorical"] == 0) & np.isfinite(nodes["num_threshold"])
    return SplitTree(
        np.where(compared, nodes["feature_idx"].astype(np.int64), _NOWHERE),
        nodes["num_threshold"],
        np.where(inner, nodes["left"].astype(np.int64), _NOWHERE),
        np.where(inner, nodes["right"].astype(np.int64), _NOWHERE),
    )
