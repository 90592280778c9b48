"""Splits on sets of categories, as rows of comparisons: ONNX's classic trees only compare.

Category codes are whole numbers. Sorted, they fall into runs that go to one side, and a comparison
with the end of each run sends it there. The comparisons of one set share children, which the
runtime allows for the true ones.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from converter.estimators.custom_converters.boosters.trees import LESS, Tree


@dataclass(frozen=True)
class CategorySplit:
    """A node that asks whether a code is in a set.

    ``below`` is the number under which a value has no code at all; ``missing_inside`` says where a
    missing value goes.
    """

    node: int
    codes: Any
    inside: int
    outside: int
    below: float
    missing_inside: bool


def without_sets(tree: Tree, splits: Sequence[CategorySplit]) -> Tree:
    """Return the tree with a chain of comparisons in place of each of ``splits``."""
    columns: dict[str, list[Any]] = {
        name: [np.array(getattr(tree, name))]
        for name in ("mode", "feature", "value", "true", "false", "missing", "weight", "hits")
    }
    total = len(tree.true)
    for split in splits:
        ends, inside = _runs(split)
        count = len(ends)
        chain = {
            "mode": np.full(count, LESS, dtype=tree.mode.dtype),
            "feature": np.full(count, tree.feature[split.node]),
            "value": ends,
            "true": np.where(inside, split.inside, split.outside),
            "false": np.array([*range(total, total + count - 1), split.outside]),
            "missing": (inside == split.missing_inside).astype(np.int64),
            "weight": np.zeros((count, tree.weight.shape[1])),
            "hits": np.full(count, tree.hits[split.node]),
        }
        for name, values in chain.items():
            columns[name][0][split.node] = values[0]
            columns[name].append(values[1:])
        total += count - 1
    joined = {name: np.concatenate(parts) for name, parts in columns.items()}
    return Tree(**joined, targets=tree.targets)


def _runs(split: CategorySplit) -> tuple[Any, Any]:
    """Return the number under which each run of values lies, and whether the run is inside.

    The rest, above the last run, is outside. A run that is outside comes first, so that a missing
    value always meets a comparison that sends it to its side.
    """
    codes = np.unique(np.asarray(split.codes, dtype=np.int64))
    codes = codes[codes >= 0]
    if not len(codes):
        return np.array([split.below]), np.array([False])
    starts = codes[np.diff(codes, prepend=codes[0] - 2) > 1]
    ends = codes[np.diff(codes, append=codes[-1] + 2) > 1] + 1
    bounds = np.stack([starts, ends], axis=1).astype(float).ravel()
    bounds[0] = split.below if starts[0] == 0 else bounds[0]
    return bounds, np.arange(len(bounds)) % 2 == 1
