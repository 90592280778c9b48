"""Checks of decision trees, whose node numbers native code follows without checking them."""

from functools import partial
from typing import Any

import numpy as np

from converter.limits import TREE_DEPTH
from converter.loading.pending import Pending
from inferx.errors import Refused

_LEAF = -1
_MAX_FEATURES = 10**7
_MAX_OUTPUTS = 10**5
_MAX_CLASSES = 10**6
_BITSET_WORDS = 8  # 256 categories
_BROKEN = "A decision tree in the file is damaged: its nodes do not form a tree."


def pending_tree(features: object, classes: object, outputs: object) -> Pending:
    """Replace ``sklearn.tree._tree.Tree(features, classes, outputs)``.

    Raises:
        Refused: for sizes that no tree can have.
    """
    if type(features) is not int or not 0 < features < _MAX_FEATURES:
        raise Refused(_BROKEN)
    if type(outputs) is not int or not 0 < outputs < _MAX_OUTPUTS:
        raise Refused(_BROKEN)
    if type(classes) is not np.ndarray or classes.dtype.kind != "i":
        raise Refused(_BROKEN)
    if classes.shape != (outputs,) or classes.min() < 1 or classes.max() > _MAX_CLASSES:
        raise Refused(_BROKEN)
    return Pending(partial(_tree_from_state, features, classes.astype(np.intp), outputs))


def _tree_from_state(features: int, classes: Any, outputs: int, state: object) -> Any:
    """Return a ``Tree`` whose nodes were proved to form one finite tree.

    Every child must come after its parent and every feature exist, so that a walk ends and stays
    inside the arrays; ``node_count`` must be the number of nodes, and the depth is computed.
    """
    from sklearn.tree._tree import NODE_DTYPE, Tree  # noqa: PLC0415  # slow to import

    if type(state) is not dict:
        raise Refused(_BROKEN)
    nodes, values = state.get("nodes"), state.get("values")
    if type(nodes) is not np.ndarray or type(values) is not np.ndarray or nodes.ndim != 1:
        raise Refused(_BROKEN)
    nodes = _current_nodes(nodes, NODE_DTYPE)
    count, widest = len(nodes), int(classes.max())
    if count == 0 or state.get("node_count") != count:
        raise Refused(_BROKEN)
    if values.dtype != np.float64 or values.shape != (count, outputs, widest):
        raise Refused(_BROKEN)
    leaf = nodes["left_child"] == _LEAF
    _check_children(nodes["left_child"], nodes["right_child"], leaf)
    inner = nodes["feature"][~leaf]
    if ((inner < 0) | (inner >= features)).any():
        raise Refused(_BROKEN)
    depth = _depth(nodes["left_child"], nodes["right_child"], leaf)
    if depth > TREE_DEPTH:
        raise Refused(
            f"A tree of the model is {depth:,} levels deep, and at most {TREE_DEPTH:,} can be "
            "served; fit it with a smaller max_depth."
        )
    values = np.ascontiguousarray(values)
    tree = Tree(features, classes, outputs)
    tree.__setstate__({"max_depth": depth, "node_count": count, "nodes": nodes, "values": values})
    return tree


def too_deep(library: str) -> Refused:
    """Return the refusal of a booster with a tree that is deeper than the runtime opens."""
    return Refused(
        f"A tree of the {library} model in the file is more than {TREE_DEPTH:,} levels deep, and "
        "at most so many can be served; train it with a smaller max_depth."
    )


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


def checked_predictor(state: dict[str, Any]) -> dict[str, Any]:
    """Check the state of a histogram gradient boosting tree (``TreePredictor``).

    Returns:
        the same state, its nodes in the installed version's layout.

    Raises:
        Refused: when a walk over its nodes could leave them, or a category set is missing.
    """
    from sklearn.ensemble._hist_gradient_boosting.common import (  # noqa: PLC0415  # as above
        PREDICTOR_RECORD_DTYPE,
    )

    nodes = state.get("nodes")
    if type(nodes) is np.ndarray and "threshold" in (nodes.dtype.names or ()):
        nodes = _numeric_splits(nodes, PREDICTOR_RECORD_DTYPE)
        none = np.zeros((0, _BITSET_WORDS), dtype=np.uint32)
        state = {**state, "raw_left_cat_bitsets": none, "binned_left_cat_bitsets": none}
    if type(nodes) is not np.ndarray or nodes.dtype.names != PREDICTOR_RECORD_DTYPE.names:
        raise Refused(_BROKEN)
    if nodes.ndim != 1 or len(nodes) == 0:
        raise Refused(_BROKEN)
    sets = [_bitsets(state.get(f"{kind}_left_cat_bitsets")) for kind in ("raw", "binned")]
    nodes = nodes.astype(PREDICTOR_RECORD_DTYPE)
    inner = nodes["is_leaf"] == 0
    parents = np.nonzero(inner)[0]
    children = np.concatenate([nodes["left"][parents], nodes["right"][parents]]).astype(np.int64)
    if (children <= np.concatenate([parents, parents])).any() or (children >= len(nodes)).any():
        raise Refused(_BROKEN)
    used = nodes["bitset_idx"][inner & (nodes["is_categorical"] != 0)]
    if any((used >= len(bits)).any() for bits in sets):
        raise Refused(_BROKEN)
    if (nodes["feature_idx"][inner] < 0).any():
        raise Refused(_BROKEN)
    return {**state, "nodes": nodes}


def _numeric_splits(nodes: np.ndarray[Any, Any], layout: np.dtype[Any]) -> np.ndarray[Any, Any]:
    """Lay nodes out as today; up to scikit-learn 0.23 they knew no categories."""
    current = np.zeros(nodes.shape, dtype=layout)
    for name in nodes.dtype.names or ():
        today = "num_threshold" if name == "threshold" else name
        if today not in (layout.names or ()) or nodes.dtype[name].kind not in "iufb":
            raise Refused(_BROKEN)
        current[today] = nodes[name]
    return current


def _bitsets(sets: object) -> np.ndarray[Any, Any]:
    """Return the category sets of a tree, eight words each."""
    if type(sets) is not np.ndarray or sets.dtype != np.uint32 or sets.ndim != 2:
        raise Refused(_BROKEN)
    if sets.shape[1] != _BITSET_WORDS:
        raise Refused(_BROKEN)
    return sets
