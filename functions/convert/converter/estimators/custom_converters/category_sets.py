"""Splits of histogram boosting on sets of categories, as chains of comparisons.

A tree asks whether a category is in a set, and ONNX's classic trees only compare. Numbers fall into
runs that go to one side; a comparison with each run's end sends it there.
https://scikit-learn.org/stable/modules/ensemble.html#categorical-support-gbdt
"""

from typing import Any

import numpy as np

_CODES = 256
"""A set has a bit for each code up to here: categories are cast to 8 bits."""


def without_sets(tree: Any, known: dict[int, Any] | None) -> Any:
    """Return one tree's nodes; comparisons that stand for a set chain by their right child.

    Several comparisons share a child, which the runtime allows for the left ones (LightGBM's
    converter counts on it, too).

    Args:
        tree: of histogram boosting.
        known: which codes each column knows, where rows may hold others: those go where a missing
            value goes. ``None`` where a step before the trees has made unknown categories NaN.
    """
    nodes = [tree.nodes.copy()]
    total = len(tree.nodes)
    for position in np.flatnonzero(tree.nodes["is_categorical"] & ~tree.nodes["is_leaf"]):
        node = tree.nodes[position]
        ends, goes_left = _runs(
            _bits(tree.raw_left_cat_bitsets[node["bitset_idx"]]),
            None if known is None else known[int(node["feature_idx"])],
            bool(node["missing_go_to_left"]),
        )
        chain = np.repeat(tree.nodes[position : position + 1], len(ends))
        chain["is_categorical"] = 0
        chain["num_threshold"] = ends
        chain["left"] = np.where(goes_left, node["left"], node["right"])
        chain["right"] = [*range(total, total + len(ends) - 1), node["right"]]
        chain["missing_go_to_left"] = goes_left == bool(node["missing_go_to_left"])
        nodes[0][position] = chain[0]
        nodes.append(chain[1:])
        total += len(chain) - 1
    return np.concatenate(nodes)


def known_codes(estimator: Any) -> dict[int, Any] | None:
    """Return which codes the columns of categories know, by column, where the trees see rows."""
    if estimator._preprocessor is not None or not np.any(getattr(estimator, "is_categorical_", 0)):
        return None
    sets, places = estimator._bin_mapper.make_known_categories_bitsets()
    columns = np.flatnonzero(estimator.is_categorical_)
    return {int(column): _bits(sets[places[column]]) for column in columns}


def _bits(words: Any) -> Any:
    """Return the bit of each code from eight 32-bit words."""
    return np.unpackbits(words.astype("<u4").view(np.uint8), bitorder="little").astype(bool)


def _runs(left: Any, known: Any, missing_left: bool) -> tuple[Any, Any]:
    """Return the last number of each run and whether it goes left; what is above goes right.

    A fraction belongs to the whole number below it, because categories are cast to integers.
    """
    if known is None:
        sides = np.concatenate([left[:1], left, [False]])
    else:
        sides = np.concatenate([[missing_left], np.where(known, left, missing_left)])
        sides = np.append(sides, missing_left)  # below 0 and from 256 on, there is no category
    last = np.flatnonzero(sides[:-1] != sides[1:])
    ends = np.nextafter(np.arange(_CODES + 1, dtype=np.float64), -np.inf)[last]
    goes_left = sides[:-1][last]
    if sides[-1]:
        ends, goes_left = np.append(ends, np.inf), np.append(goes_left, True)
    if not len(ends):
        return np.array([-np.inf]), np.array([True])  # an empty set: no code goes left
    return ends, goes_left
