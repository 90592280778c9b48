"""Sets which way a graph's tree nodes send a missing value, as scikit-learn learned it.

skl2onnx leaves that out, so its trees send every NaN to the right.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import onnx
from onnx import helper

_CLASSIC = ("TreeEnsembleClassifier", "TreeEnsembleRegressor")
_FLAGS = "nodes_missing_value_tracks_true"


def route_missing(model: onnx.ModelProto, estimator: Any) -> None:
    """Set the flags of the graph's one tree node from the estimator's trees, in place.

    Nothing is set unless node for node features and thresholds are the estimator's: parity then
    decides whether rows with NaN are predicted alike.
    """
    nodes = [node for node in model.graph.node if node.op_type in _CLASSIC]
    last = estimator.steps[-1][1] if hasattr(estimator, "steps") else estimator
    trees = list(_trees(last))
    if len(nodes) != 1 or not trees:
        return
    given = {entry.name: helper.get_attribute_value(entry) for entry in nodes[0].attribute}
    features = np.concatenate(
        [np.where(tree.children_left >= 0, tree.feature, 0) for tree in trees]
    )
    values = np.concatenate([tree.threshold for tree in trees]).astype(np.float32)
    flags = np.concatenate([_missing_go_left(tree) for tree in trees])
    inner = np.array([mode != b"LEAF" for mode in given["nodes_modes"]])
    if len(features) != len(inner) or (_FLAGS in given and any(given[_FLAGS])):
        return
    same = np.asarray(given["nodes_featureids"])[inner] == features[inner]
    near = np.isclose(np.asarray(given.get("nodes_values", []))[inner], values[inner], rtol=1e-5)
    if not same.all() or not near.all():
        return
    kept = [entry for entry in nodes[0].attribute if entry.name != _FLAGS]
    del nodes[0].attribute[:]
    routed = helper.make_attribute(_FLAGS, [int(flag) for flag in flags & inner])
    nodes[0].attribute.extend([*kept, routed])


def _missing_go_left(tree: Any) -> Any:
    return np.asarray(tree.missing_go_to_left).astype(bool)


def _trees(estimator: Any) -> Iterator[Any]:
    if hasattr(estimator, "tree_"):
        yield estimator.tree_
    elif type(estimator).__name__.startswith(("RandomForest", "ExtraTrees")):
        for member in estimator.estimators_:
            yield member.tree_
