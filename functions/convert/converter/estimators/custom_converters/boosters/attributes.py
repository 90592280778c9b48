"""A booster's trees as the attributes of ``TreeEnsembleRegressor``."""

from typing import Any

import numpy as np
from onnx import numpy_helper

from converter.estimators.custom_converters.boosters.trees import Boosted, Tree, leaf


def attributes_of(boosted: Boosted) -> dict[str, Any]:
    """List the nodes of all trees; the intercept is a tree of one leaf, which is summed first."""
    trees = [leaf(value, target) for target, value in enumerate(boosted.base) if value != 0]
    trees += boosted.trees
    if not trees:
        trees = [leaf(0.0, 0)]
    branches = _joined(trees, "true") >= 0
    targets = _targets(trees)
    given = {
        "n_targets": boosted.outputs,
        "nodes_treeids": np.repeat(np.arange(len(trees)), [len(tree.true) for tree in trees]),
        "nodes_nodeids": np.concatenate([np.arange(len(tree.true)) for tree in trees]),
        "nodes_featureids": _joined(trees, "feature"),
        "nodes_modes": np.where(branches, _joined(trees, "mode"), "LEAF"),
        "nodes_truenodeids": np.where(branches, _joined(trees, "true"), 0),
        "nodes_falsenodeids": np.where(branches, _joined(trees, "false"), 0),
        "nodes_hitrates": _joined(trees, "hits").astype(float),
        "nodes_missing_value_tracks_true": np.where(branches, _joined(trees, "missing"), 0),
        "target_treeids": targets[0],
        "target_nodeids": targets[1],
        "target_ids": targets[2],
    }
    plain = {
        name: value.tolist() if isinstance(value, np.ndarray) else value
        for name, value in given.items()
    }
    values = _joined(trees, "value").astype(boosted.dtype)
    weights = targets[3].astype(boosted.dtype)
    if boosted.dtype is np.float32:
        return {**plain, "nodes_values": values.tolist(), "target_weights": weights.tolist()}
    return {
        **plain,
        "nodes_values_as_tensor": numpy_helper.from_array(values, "values"),
        "target_weights_as_tensor": numpy_helper.from_array(weights, "weights"),
    }


def _joined(trees: list[Tree], name: str) -> Any:
    return np.concatenate([getattr(tree, name) for tree in trees])


def _targets(trees: list[Tree]) -> tuple[Any, Any, Any, Any]:
    """Return the tree, the leaf, the target and the weight of each entry."""
    ids, nodes, targets, weights = [], [], [], []
    for number, tree in enumerate(trees):
        ends = np.flatnonzero(tree.true < 0)
        width = len(tree.targets)
        ids.append(np.full(len(ends) * width, number))
        nodes.append(np.repeat(ends, width))
        targets.append(np.tile(np.asarray(tree.targets), len(ends)))
        weights.append(tree.weight[ends].ravel())
    return (
        np.concatenate(ids),
        np.concatenate(nodes),
        np.concatenate(targets),
        np.concatenate(weights),
    )
