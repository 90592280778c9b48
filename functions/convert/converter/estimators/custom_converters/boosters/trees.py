"""One boosted tree in arrays, and an ensemble of them with what is done to their sum."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

LESS, AT_MOST = "BRANCH_LT", "BRANCH_LEQ"


@dataclass(frozen=True)
class Tree:
    """A tree's nodes by position, the root first; ``true`` is -1 where a node is a leaf.

    ``missing`` says whether a missing value goes to ``true``; ``weight`` has a column a target,
    and ``targets`` are the outputs that the columns add to. ``hits`` is how often training
    reached a node: rows, or what they weigh.
    """

    mode: Any
    feature: Any
    value: Any
    true: Any
    false: Any
    missing: Any
    weight: Any
    hits: Any
    targets: tuple[int, ...]


@dataclass(frozen=True)
class Boosted:
    """A booster as its library predicts with it.

    Inputs are compared in ``dtype``. The sum starts with ``base``, one number an output, and
    ``link`` turns it into what the library returns.
    """

    library: str
    dtype: Any
    features: int
    base: Any
    link: str
    trees: tuple[Tree, ...] = ()
    slope: float = 1.0
    """Of the logistic function."""
    divisor: int = 1
    """By what the sum is divided: the number of iterations in LightGBM's random forests."""
    linear: Any = None
    """Weights ``(features, outputs)`` of a model without trees."""
    missing: float = np.nan
    """A value that stands for a missing one, besides NaN."""
    zeros_missing: tuple[int, ...] = ()
    """Features whose zeros count as missing values."""
    missing_is_zero: bool = False
    """Whether every split takes a missing value for zero."""
    names: tuple[str, ...] = field(default=())

    @property
    def outputs(self) -> int:
        """How many numbers the sum has for each row."""
        return len(self.base)


def leaf(weight: float, target: int) -> Tree:
    """Make a tree that is one leaf."""
    nothing, none = np.zeros(1, dtype=np.int64), np.full(1, -1)
    return Tree(
        mode=np.array([LESS]),
        feature=nothing,
        value=np.zeros(1),
        true=none,
        false=none,
        missing=nothing,
        weight=np.array([[weight]]),
        hits=np.ones(1),
        targets=(target,),
    )
