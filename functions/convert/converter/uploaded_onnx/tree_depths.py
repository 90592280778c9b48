"""How deep the decision trees of an uploaded graph are: the runtime opens them by recursion.

ONNX has two forms of them: lists of nodes that are named by tree and number (ai.onnx.ml 1 to 4),
and lists whose places are the names (5).
https://onnx.ai/onnx/operators/onnx_aionnxml_TreeEnsemble.html
"""

from collections.abc import Iterable
from typing import Any

import numpy as np
import onnx

from converter.limits import TREE_DEPTH
from converter.uploaded_onnx.parts import attribute_of
from inferx.errors import Refused

_NAMED = ("TreeEnsembleClassifier", "TreeEnsembleRegressor")
_LARGEST = 2**31 - 1
_SIDES = ("true", "false")

type _Numbers = np.ndarray[Any, np.dtype[np.int64]]


def check_depths(nodes: Iterable[onnx.NodeProto]) -> None:
    """Check each decision tree among a graph's nodes.

    Raises:
        Refused: one is deeper than the runtime opens, or its nodes have impossible numbers.
    """
    for node in nodes:
        if node.op_type in _NAMED:
            _check_depth(*_of_names(node))
        elif node.op_type == "TreeEnsemble":
            _check_depth(*_of_places(node))


def _of_names(node: onnx.NodeProto) -> tuple[_Numbers, list[_Numbers]]:
    """Return the places of the roots, and of each node's children, or -1 where one is a leaf."""
    modes = attribute_of(node, "nodes_modes") or ()
    trees, numbers = _listed(node, "nodes_treeids"), _listed(node, "nodes_nodeids")
    sides = [_listed(node, f"nodes_{side}nodeids") for side in _SIDES]
    inner = np.array([mode != b"LEAF" for mode in modes], dtype=bool)
    _require(len(each) == len(inner) for each in (trees, numbers, *sides))
    places = [np.where(inner, each, 0) for each in sides]
    _require(bool(((each >= 0) & (each <= _LARGEST)).all()) for each in (trees, numbers, *places))
    keys = trees << 32 | numbers
    order = np.argsort(keys, kind="stable")
    found = [_found(keys, order, trees << 32 | each) for each in places]
    children = [np.where(inner & (each >= 0) & inner[each], each, -1) for each in found]
    return np.flatnonzero(np.diff(trees, prepend=-1)), children


def _of_places(node: onnx.NodeProto) -> tuple[_Numbers, list[_Numbers]]:
    """Return the same of the form in which children are places."""
    places = [_listed(node, f"nodes_{side}nodeids") for side in _SIDES]
    leaves = [_listed(node, f"nodes_{side}leafs") for side in _SIDES]
    count = len(places[0])
    _require(len(each) == count for each in (*places, *leaves))
    children = [
        np.where((leaf == 0) & (each >= 0) & (each < count), each, -1)
        for each, leaf in zip(places, leaves, strict=True)
    ]
    roots = _listed(node, "tree_roots")
    return roots[(roots >= 0) & (roots < count)], children


def _check_depth(roots: _Numbers, children: list[_Numbers]) -> None:
    level = roots
    for _ in range(TREE_DEPTH + 1):
        if not len(level):
            return
        below = np.concatenate([each[level] for each in children])
        level = np.unique(below[below >= 0])
    raise Refused(
        f"A tree of the model is more than {TREE_DEPTH:,} levels deep, which is what the runtime "
        "opens; train it with a smaller max_depth."
    )


def _found(keys: _Numbers, order: _Numbers, wanted: _Numbers) -> _Numbers:
    """Return the place of each wanted key, or -1 where there is none."""
    if not len(keys):
        return wanted
    places = order[np.minimum(np.searchsorted(keys, wanted, sorter=order), len(keys) - 1)]
    return np.where(keys[places] == wanted, places, -1)


def _listed(node: onnx.NodeProto, name: str) -> _Numbers:
    return np.array(attribute_of(node, name) or (), dtype=np.int64)


def _require(facts: Iterable[bool]) -> None:
    if not all(facts):
        raise Refused(
            "A decision tree of the model is damaged: its nodes have no places or impossible "
            "numbers."
        )
