"""Reads a classic tree node into arrays.

https://onnx.ai/onnx/operators/onnx_aionnxml_TreeEnsembleClassifier.html
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import onnx
from onnx import helper, numpy_helper

CLASSIC = {"TreeEnsembleClassifier": "class", "TreeEnsembleRegressor": "target"}
_MODES = (b"BRANCH_LEQ", b"BRANCH_LT", b"BRANCH_GTE", b"BRANCH_GT", b"BRANCH_EQ", b"BRANCH_NEQ")
_LEAF = -1


@dataclass(frozen=True)
class Ensemble:
    """All nodes of all trees, each known by its position; ``true`` and ``false`` are positions.

    ``modes`` holds the new operator's codes, -1 for a leaf. ``leaves``, ``targets`` and ``weights``
    are parallel: what reaching a leaf adds to a target, in the order of the leaves.
    """

    modes: Any
    features: Any
    splits: Any
    true: Any
    false: Any
    missing: Any
    roots: Any
    leaves: Any
    targets: Any
    weights: Any
    base: tuple[float, ...]
    post_transform: str
    labels: tuple[Any, ...]
    hits: Any
    """How often each node was reached in training; ``None`` where the graph does not hold it."""
    count: int
    """Of targets: classes for a classifier, 1 where only the second of two has weights."""

    @property
    def dtype(self) -> Any:
        """Of splits and weights, and so of the input and of the sums."""
        return self.splits.dtype

    @property
    def inner(self) -> Any:
        """Which nodes are no leaves."""
        return self.modes != _LEAF

    @property
    def shares_branches(self) -> bool:
        """Whether a node has several parents."""
        children = np.concatenate([self.true[self.inner], self.false[self.inner]])
        return len(np.unique(children)) < len(children)


def read(node: onnx.NodeProto) -> Ensemble | None:
    """Return a node's trees; ``None`` for one that does not sum."""
    given = {entry.name: helper.get_attribute_value(entry) for entry in node.attribute}
    kind = CLASSIC[node.op_type]
    for name in ("nodes_values", f"{kind}_weights", "base_values"):
        if f"{name}_as_tensor" in given:
            given[name] = numpy_helper.to_array(given[f"{name}_as_tensor"])
    dtype = np.float64 if "nodes_values_as_tensor" in given else np.float32
    if "nodes_values" not in given or given.get("aggregate_function", b"SUM") != b"SUM":
        return None
    if any(mode != b"LEAF" and mode not in _MODES for mode in given["nodes_modes"]):
        return None
    trees = _integers(given["nodes_treeids"])
    keys = trees << 32 | _integers(given["nodes_nodeids"])
    order = np.argsort(keys)
    modes = np.array(
        [_LEAF if mode == b"LEAF" else _MODES.index(mode) for mode in given["nodes_modes"]]
    )

    def at(wanted: Any) -> Any:
        found = np.minimum(np.searchsorted(keys[order], wanted), len(keys) - 1)
        return order[found]

    def child(name: str) -> Any:
        return np.where(modes == _LEAF, 0, at(trees << 32 | _integers(given[name])))

    leaves = at(_integers(given[f"{kind}_treeids"]) << 32 | _integers(given[f"{kind}_nodeids"]))
    targets = _integers(given[f"{kind}_ids"])
    by_leaf = np.lexsort((targets, leaves))
    labels = given.get("classlabels_strings") or given.get("classlabels_int64s") or ()
    count = len(labels) if kind == "class" else int(given.get("n_targets", 1))
    if count == 2 and kind == "class" and len(set(targets.tolist())) == 1:
        count, targets = 1, np.zeros_like(targets)
    missing = given.get("nodes_missing_value_tracks_true") or [0] * len(keys)
    return Ensemble(
        modes=modes,
        features=_integers(given["nodes_featureids"]),
        splits=np.asarray(given["nodes_values"], dtype=dtype),
        true=child("nodes_truenodeids"),
        false=child("nodes_falsenodeids"),
        missing=_integers(missing),
        roots=np.unique(trees, return_index=True)[1],
        leaves=leaves[by_leaf],
        targets=targets[by_leaf],
        weights=np.asarray(given[f"{kind}_weights"], dtype=dtype)[by_leaf],
        base=tuple(given.get("base_values", ())),
        post_transform=given.get("post_transform", b"NONE").decode(),
        labels=tuple(labels),
        hits=_numbers(given, "nodes_hitrates"),
        count=count,
    )


def _numbers(given: dict[str, Any], name: str) -> Any:
    return np.asarray(given[name], dtype=np.float64) if name in given else None


def _integers(values: Any) -> Any:
    return np.asarray(values, dtype=np.int64)
