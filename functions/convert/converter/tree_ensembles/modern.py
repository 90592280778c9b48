"""Writes an ensemble as ``TreeEnsemble``, with the few nodes that make it a classifier."""

from dataclasses import replace
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from converter.tree_ensembles.classic import Ensemble
from converter.tree_ensembles.nodes import NodeTable
from converter.tree_ensembles.targets import by_target

_MOST_APART = 8
"""Targets. A node costs as much as some hundred comparisons."""
_POST_TRANSFORMS = {"NONE": 0, "LOGISTIC": 1, "SOFTMAX": 2}


def modern_nodes(
    node: onnx.NodeProto, ensemble: Ensemble, prefix: str
) -> list[onnx.NodeProto] | None:
    """Return the nodes that stand for a classic one; ``None`` where they could differ."""
    source = node.input[0]
    if len(ensemble.base) not in (0, ensemble.count) or ensemble.post_transform not in (
        _POST_TRANSFORMS
    ):
        return None
    if ensemble.shares_branches:  # as sets of categories do, which this operator refuses
        return None
    if node.op_type == "TreeEnsembleRegressor":
        plain = ensemble.post_transform == "NONE"
        return _sums(ensemble, source, node.output[0], prefix) if plain else None
    if ensemble.count > 1:
        return _of_several_classes(node, ensemble, prefix)
    return _of_two_classes(node, ensemble, prefix)


def _of_several_classes(
    node: onnx.NodeProto, ensemble: Ensemble, prefix: str
) -> list[onnx.NodeProto] | None:
    if ensemble.post_transform not in ("NONE", "SOFTMAX"):
        return None
    scores, index, labels = node.output[1], f"{prefix}_index", f"{prefix}_labels"
    sums = _sums(ensemble, node.input[0], scores, prefix)
    exact = sums[-1].input[0] if sums[-1].op_type == "Cast" else scores
    return [
        *sums,
        helper.make_node("ArgMax", [exact], [index], axis=1, keepdims=0),
        _labels(ensemble, labels),
        helper.make_node("Gather", [labels, index], [node.output[0]]),
    ]


def _of_two_classes(
    node: onnx.NodeProto, ensemble: Ensemble, prefix: str
) -> list[onnx.NodeProto] | None:
    """Return both classes' scores: the second from the trees, the first as what is left to one.

    The classic operator takes weights of any sign for scores, and none below zero for shares.
    """
    shares = bool((ensemble.weights >= 0).all())
    if len(ensemble.labels) != 2 or ensemble.post_transform != ("NONE" if shares else "LOGISTIC"):
        return None
    chance, one, rest, half, flat = (
        f"{prefix}_{part}" for part in ("chance", "one", "rest", "half", "flat")
    )
    labels, above, index, chosen = (
        f"{prefix}_{part}" for part in ("labels", "above", "index", "chosen")
    )
    return [
        *(_share if shares else _logistic)(ensemble, node.input[0], chance, prefix),
        _constant(np.array([1], dtype=np.float32), one),
        helper.make_node("Sub", [one, chance], [rest]),
        helper.make_node("Concat", [rest, chance], [node.output[1]], axis=1),
        _constant(np.array([0.5], dtype=np.float32), half),
        _constant(np.array([-1], dtype=np.int64), flat),
        _labels(ensemble, labels),
        helper.make_node("Greater", [chance, half], [above]),
        helper.make_node("Cast", [above], [index], to=TensorProto.INT64),
        helper.make_node("Reshape", [index, flat], [chosen]),
        helper.make_node("Gather", [labels, chosen], [node.output[0]]),
    ]


def _share(ensemble: Ensemble, source: str, result: str, prefix: str) -> list[onnx.NodeProto]:
    return [_trees(ensemble, source, result, prefix)]


def _logistic(ensemble: Ensemble, source: str, result: str, prefix: str) -> list[onnx.NodeProto]:
    """With one target the runtime leaves the logistic out; so there are two, and one is taken."""
    both = replace(
        ensemble,
        count=2,
        targets=np.ones_like(ensemble.targets),
        base=(0.0, *ensemble.base) if ensemble.base else (),
    )
    scores, second = f"{prefix}_scores", f"{prefix}_second"
    return [
        _trees(both, source, scores, prefix),
        _constant(np.array([1], dtype=np.int64), second),
        helper.make_node("Gather", [scores, second], [result], axis=1),
    ]


def _sums(ensemble: Ensemble, source: str, result: str, prefix: str) -> list[onnx.NodeProto]:
    """Sum in the ensemble's type; like the classic operators', the result is of float32."""
    if ensemble.dtype == np.float32:
        return _apart(ensemble, source, result, prefix)
    exact = f"{prefix}_exact"
    cast = helper.make_node("Cast", [exact], [result], to=TensorProto.FLOAT)
    return [*_apart(ensemble, source, exact, prefix), cast]


def _apart(ensemble: Ensemble, source: str, result: str, prefix: str) -> list[onnx.NodeProto]:
    """Sum each target in a node of its own where every tree has one, as in boosting.

    The runtime looks the weights of several targets up by rows and lists, and adds those of a
    single one as it finds the leaf.
    """
    parts = [] if ensemble.post_transform != "NONE" else by_target(ensemble)
    if len(parts) < 2 or len(parts) > _MOST_APART:  # there is nothing to part
        return [_trees(ensemble, source, result, prefix)]
    names = [f"{result}_{target}" for target in range(len(parts))]
    nodes = [
        _trees(part, source, name, f"{prefix}_{name}")
        for part, name in zip(parts, names, strict=True)
    ]
    return [*nodes, helper.make_node("Concat", names, [result], axis=1)]


def _labels(ensemble: Ensemble, name: str) -> onnx.NodeProto:
    if isinstance(ensemble.labels[0], bytes):
        texts = [label.decode() for label in ensemble.labels]
        return _constant(np.array(texts, dtype=object), name)
    return _constant(np.array(ensemble.labels, dtype=np.int64), name)


def _constant(value: Any, name: str) -> onnx.NodeProto:
    return helper.make_node("Constant", [], [name], value=numpy_helper.from_array(value, name))


def _trees(ensemble: Ensemble, source: str, result: str, prefix: str) -> onnx.NodeProto:
    table = NodeTable.of(ensemble)
    node = helper.make_node(
        "TreeEnsemble",
        [source],
        [result],
        domain="ai.onnx.ml",
        name=prefix,
        aggregate_function=1,  # the sum
        n_targets=ensemble.count,
        post_transform=_POST_TRANSFORMS[ensemble.post_transform],
        tree_roots=table.roots.tolist(),
        nodes_featureids=table.features.tolist(),
        nodes_splits=numpy_helper.from_array(table.splits.astype(ensemble.dtype), "splits"),
        nodes_modes=numpy_helper.from_array(table.modes.astype(np.uint8), "modes"),
        nodes_truenodeids=table.true.tolist(),
        nodes_falsenodeids=table.false.tolist(),
        nodes_trueleafs=table.true_is_leaf.tolist(),
        nodes_falseleafs=table.false_is_leaf.tolist(),
        leaf_targetids=table.targets.tolist(),
        leaf_weights=numpy_helper.from_array(table.weights.astype(ensemble.dtype), "weights"),
    )
    if table.missing.any():
        flags = table.missing.tolist()
        node.attribute.append(helper.make_attribute("nodes_missing_value_tracks_true", flags))
    return node
