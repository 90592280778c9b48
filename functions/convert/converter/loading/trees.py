"""Decision trees from a file: native code follows their node numbers without checking them."""

from typing import Any

import numpy as np

from inferx.errors import Refused

_LEAF = -1
_BROKEN = "A decision tree in the file is damaged: its nodes do not form a tree."


def apply_tree_state(tree: Any, state: object) -> None:  # sklearn's Cython Tree
    """Fill a ``sklearn.tree._tree.Tree`` whose nodes were proved to form one finite tree.

    Every child must come after its parent and every feature exist, so that a walk ends and stays
    inside the arrays; ``node_count`` and ``max_depth`` must be what the nodes say.

    Raises:
        Refused: otherwise.
    """
    from sklearn.tree._tree import NODE_DTYPE  # noqa: PLC0415  # keep this module cheap to import

    if not isinstance(state, dict):
        raise Refused(_BROKEN)
    nodes, values = state.get("nodes"), state.get("values")
    if not isinstance(nodes, np.ndarray) or not isinstance(values, np.ndarray):
        raise Refused(_BROKEN)
    nodes = _current_nodes(nodes, NODE_DTYPE)
    count, widest = len(nodes), max(int(tree.max_n_classes), 1)
    if nodes.ndim != 1 or count == 0 or state.get("node_count") != count:
        raise Refused(_BROKEN)
    if values.dtype != np.float64 or values.shape != (count, tree.n_outputs, widest):
        raise Refused(_BROKEN)
    leaf = nodes["left_child"] == _LEAF
    _check_children(nodes["left_child"], nodes["right_child"], leaf)
    inner = nodes["feature"][~leaf]
    if ((inner < 0) | (inner >= tree.n_features)).any():
        raise Refused(_BROKEN)
    depth = _depth(nodes["left_child"], nodes["right_child"], leaf)
    values = np.ascontiguousarray(values)
    tree.__setstate__({"max_depth": depth, "node_count": count, "nodes": nodes, "values": values})


def _current_nodes(nodes: np.ndarray[Any, Any], layout: np.dtype[Any]) -> np.ndarray[Any, Any]:
    fields = nodes.dtype.names or ()
    missing = set(layout.names or ()) - set(fields)
    if not fields or missing - {"missing_go_to_left"} or set(fields) - set(layout.names or ()):
        raise Refused(_BROKEN)
    current = np.zeros(nodes.shape, dtype=layout)  # scikit-learn < 1.3 has no missing_go_to_left
    for field in fields:
        if nodes.dtype[field].kind not in "iufb":
            raise Refused(_BROKEN)
        current[field] = nodes[field]
    return current


def _check_children(left: Any, right: Any, leaf: Any) -> None:  # integer arrays
    count = len(leaf)
    parents = np.nonzero(~leaf)[0]
    if (right[leaf] != _LEAF).any():
        raise Refused(_BROKEN)
    children = np.concatenate([left[parents], right[parents]]).astype(np.int64)
    after = (children > np.concatenate([parents, parents])) & (children < count)
    if not after.all() or len(np.unique(children)) != len(children):
        raise Refused(_BROKEN)


def _depth(left: Any, right: Any, leaf: Any) -> int:  # integer arrays
    level, depth = np.array([0]), 0
    while True:
        parents = level[~leaf[level]]
        if not len(parents):
            return depth
        level = np.concatenate([left[parents], right[parents]])
        depth += 1


def apply_predictor_state(state: dict[str, Any]) -> dict[str, Any]:
    """Check the state of a histogram gradient boosting tree (``TreePredictor``).

    Returns:
        the same state, its nodes in the installed version's layout.

    Raises:
        Refused: when a walk over its nodes could leave them, or a category set is missing.
    """
    from sklearn.ensemble._hist_gradient_boosting.common import (  # noqa: PLC0415  # as above
        PREDICTOR_RECORD_DTYPE,
    )

    nodes, sets = state.get("nodes"), state.get("raw_left_cat_bitsets")
    if not isinstance(nodes, np.ndarray) or nodes.dtype.names != PREDICTOR_RECORD_DTYPE.names:
        raise Refused(_BROKEN)
    if nodes.ndim != 1 or len(nodes) == 0:
        raise Refused(_BROKEN)
    for name in ("raw_left_cat_bitsets", "binned_left_cat_bitsets"):
        bits = state.get(name)
        if not isinstance(bits, np.ndarray) or bits.dtype != np.uint32 or bits.ndim != 2:
            raise Refused(_BROKEN)
        if bits.shape[1] != 8:
            raise Refused(_BROKEN)
    nodes = nodes.astype(PREDICTOR_RECORD_DTYPE)
    leaf = nodes["is_leaf"] != 0
    parents = np.nonzero(~leaf)[0]
    children = np.concatenate([nodes["left"][parents], nodes["right"][parents]]).astype(np.int64)
    if (children <= np.concatenate([parents, parents])).any() or (children >= len(nodes)).any():
        raise Refused(_BROKEN)
    categorical = nodes[~leaf]["is_categorical"] != 0
    if (nodes[~leaf]["bitset_idx"][categorical] >= len(sets)).any():  # type: ignore[arg-type]
        raise Refused(_BROKEN)
    if (nodes[~leaf]["feature_idx"] < 0).any():
        raise Refused(_BROKEN)
    return {**state, "nodes": nodes}
