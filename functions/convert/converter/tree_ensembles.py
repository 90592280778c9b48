"""Rewrites classic tree nodes as ``TreeEnsemble`` (ai.onnx.ml 5), a third of the size.

The classic operators keep eight numbers and a string for every node, leaves included; the new one
keeps leaves apart. Only ensembles whose leaves hold one weight are rewritten: the new operator has
one target a leaf, so that a multi-class forest would have to repeat its trees for each class.
https://onnx.ai/onnx/operators/onnx_aionnxml_TreeEnsemble.html
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

_CLASSIC = ("TreeEnsembleClassifier", "TreeEnsembleRegressor")
_AGGREGATE = {b"AVERAGE": 0, b"SUM": 1, b"MIN": 2, b"MAX": 3}
_LESS_OR_EQUAL = 0


def rewritten(model: onnx.ModelProto) -> onnx.ModelProto | None:
    """Return ``model`` with every tree node in the new form.

    Returns:
        a new model; ``None`` when there are no trees, or one of them has no smaller new form.
    """
    classic = [node for node in model.graph.node if node.op_type in _CLASSIC]
    if not classic:
        return None
    changed = onnx.ModelProto()
    changed.CopyFrom(model)
    nodes: list[onnx.NodeProto] = []
    for number, node in enumerate(changed.graph.node):
        if node.op_type not in _CLASSIC:
            nodes.append(node)
            continue
        replacement = _replacement(node, f"trees{number}")
        if replacement is None:
            return None
        nodes.extend(replacement)
    del changed.graph.node[:]
    changed.graph.node.extend(nodes)
    for entry in changed.opset_import:
        if entry.domain == "ai.onnx.ml":
            entry.version = 5
    return changed


def _replacement(node: onnx.NodeProto, prefix: str) -> list[onnx.NodeProto] | None:
    given = {entry.name: helper.get_attribute_value(entry) for entry in node.attribute}
    if given.get("post_transform", b"NONE") != b"NONE" or "nodes_values" not in given:
        return None
    if any(mode not in (b"BRANCH_LEQ", b"LEAF") for mode in given["nodes_modes"]):
        return None
    if node.op_type == "TreeEnsembleRegressor":
        return _regressor(node, given, prefix)
    return _binary_classifier(node, given, prefix)


def _regressor(
    node: onnx.NodeProto, given: dict[str, Any], prefix: str
) -> list[onnx.NodeProto] | None:
    if given.get("n_targets", 1) != 1:
        return None
    offset = given.get("base_values", [0.0])[0]
    sums = f"{prefix}_sum" if offset else node.output[0]
    trees = _trees(given, "target", node.input[0], sums, prefix)
    if trees is None or not offset:
        return trees and [trees]
    constant, add = f"{prefix}_offset", node.output[0]
    return [
        trees,
        _constant(np.array([[offset]], dtype=np.float32), constant),
        helper.make_node("Add", [sums, constant], [add]),
    ]


def _binary_classifier(
    node: onnx.NodeProto, given: dict[str, Any], prefix: str
) -> list[onnx.NodeProto] | None:
    labels = given.get("classlabels_strings") or given.get("classlabels_int64s")
    one_sided = len(set(given["class_ids"])) == 1 and min(given["class_weights"]) >= 0
    if labels is None or len(labels) != 2 or not one_sided or given.get("base_values"):
        return None
    score = f"{prefix}_score"
    trees = _trees({**given, "aggregate_function": b"SUM"}, "class", node.input[0], score, prefix)
    if trees is None:
        return None
    kind = object if isinstance(labels[0], bytes) else np.int64
    names = {part: f"{prefix}_{part}" for part in ("one", "half", "flat", "labels", "rest")}
    above, index, chosen = (f"{prefix}_{part}" for part in ("above", "index", "chosen"))
    decoded = [label.decode() if isinstance(label, bytes) else label for label in labels]
    return [
        trees,
        _constant(np.array([1], dtype=np.float32), names["one"]),
        _constant(np.array([0.5], dtype=np.float32), names["half"]),
        _constant(np.array([-1], dtype=np.int64), names["flat"]),
        _constant(np.array(decoded, dtype=kind), names["labels"]),
        helper.make_node("Sub", [names["one"], score], [names["rest"]]),
        helper.make_node("Concat", [names["rest"], score], [node.output[1]], axis=1),
        helper.make_node("Greater", [score, names["half"]], [above]),
        helper.make_node("Cast", [above], [index], to=TensorProto.INT64),
        helper.make_node("Reshape", [index, names["flat"]], [chosen]),
        helper.make_node("Gather", [names["labels"], chosen], [node.output[0]]),
    ]


def _constant(value: Any, name: str) -> onnx.NodeProto:
    return helper.make_node("Constant", [], [name], value=numpy_helper.from_array(value, name))


def _trees(
    given: dict[str, Any], kind: str, source: str, result: str, prefix: str
) -> onnx.NodeProto | None:
    """The new node; ``kind`` is ``target`` or ``class``, the prefix of the leaves' attributes."""
    tree_ids = np.asarray(given["nodes_treeids"], dtype=np.int64)
    keys = tree_ids << 32 | np.asarray(given["nodes_nodeids"], dtype=np.int64)
    order = np.argsort(keys)
    inner = np.array([mode != b"LEAF" for mode in given["nodes_modes"]])
    leaf_keys = np.asarray(given[f"{kind}_treeids"], dtype=np.int64) << 32 | np.asarray(
        given[f"{kind}_nodeids"], dtype=np.int64
    )
    leaves = order[np.searchsorted(keys[order], leaf_keys)]
    roots = _roots(tree_ids)
    # One weight for every leaf, and no tree that is a leaf alone: the new form cannot say those.
    if len(np.unique(leaves)) != (~inner).sum() or len(leaves) != (~inner).sum():
        return None
    if not inner[roots].all():
        return None
    weights = np.zeros(len(leaves), dtype=np.float32)
    leaf_number, inner_number = np.cumsum(~inner) - 1, np.cumsum(inner) - 1
    weights[leaf_number[leaves]] = np.asarray(given[f"{kind}_weights"], dtype=np.float32)
    branches = np.nonzero(inner)[0]

    def side(name: str) -> tuple[Any, Any]:
        wanted = tree_ids[branches] << 32 | np.asarray(given[name], dtype=np.int64)[branches]
        children = order[np.searchsorted(keys[order], wanted)]
        is_leaf = ~inner[children]
        return np.where(is_leaf, leaf_number[children], inner_number[children]), is_leaf

    true_ids, true_leaf = side("nodes_truenodeids")
    false_ids, false_leaf = side("nodes_falsenodeids")
    splits = np.asarray(given["nodes_values"], dtype=np.float32)[branches]
    missing = given.get("nodes_missing_value_tracks_true")
    node = helper.make_node(
        "TreeEnsemble",
        [source],
        [result],
        domain="ai.onnx.ml",
        name=prefix,
        aggregate_function=_AGGREGATE[given.get("aggregate_function", b"SUM")],
        n_targets=1,
        post_transform=0,
        tree_roots=_ints(inner_number[roots]),
        nodes_featureids=_ints(np.asarray(given["nodes_featureids"])[branches]),
        nodes_splits=numpy_helper.from_array(splits, "splits"),
        nodes_modes=numpy_helper.from_array(
            np.full(len(branches), _LESS_OR_EQUAL, dtype=np.uint8), "modes"
        ),
        nodes_truenodeids=_ints(true_ids),
        nodes_falsenodeids=_ints(false_ids),
        nodes_trueleafs=_ints(true_leaf),
        nodes_falseleafs=_ints(false_leaf),
        leaf_targetids=[0] * len(weights),
        leaf_weights=numpy_helper.from_array(weights, "weights"),
    )
    if missing:
        flags = _ints(np.asarray(missing)[branches])
        node.attribute.append(helper.make_attribute("nodes_missing_value_tracks_true", flags))
    return node


def _roots(tree_ids: Any) -> Any:
    """The first node of each tree, in the order of the trees."""
    _, first = np.unique(tree_ids, return_index=True)
    return first


def _ints(values: Any) -> Sequence[int]:
    return [int(value) for value in values]
