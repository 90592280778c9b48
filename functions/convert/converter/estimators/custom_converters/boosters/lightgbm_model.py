"""Reads LightGBM's text model.

https://lightgbm.readthedocs.io/en/stable/C-API.html#c.LGBM_BoosterSaveModel

It compares doubles, and sums leaves in doubles.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from converter.estimators.custom_converters.boosters.sets import CategorySplit, without_sets
from converter.estimators.custom_converters.boosters.trees import AT_MOST, Boosted, Tree, leaf
from inferx.errors import Refused

_LINKS = {
    "binary": "logistic",
    "cross_entropy": "logistic",
    "cross_entropy_lambda": "softplus",
    "gamma": "exp",
    "multiclass": "softmax",
    "multiclassova": "logistic",
    "poisson": "exp",
    "tweedie": "exp",
    **dict.fromkeys(
        (
            "",
            "custom",
            "fair",
            "huber",
            "lambdarank",
            "mape",
            "quantile",
            "rank_xendcg",
            "regression",
            "regression_l1",
        ),
        "identity",
    ),
}
ZERO = float(np.float32(1e-35))
"""Numbers no farther from zero than this are zero to LightGBM."""
ENCODED = "_categories_are_encoded"
"""The attribute of a copy that gets codes in place of the categories of a DataFrame."""

_CATEGORY, _DEFAULT_LEFT = 1, 2
_MISSING_IS_ZERO, _MISSING_IS_NAN = 1, 2

type _Section = dict[str, str]


def categories_of(estimator: Any) -> list[list[Any]]:
    """Return the values of the category columns of the DataFrame it was trained on, if any."""
    return estimator.booster_.pandas_categorical or []


def read(estimator: Any) -> Boosted:
    """Read the trees that ``predict`` uses: up to the best iteration after early stopping.

    Raises:
        Refused: for an objective that is not known here, and for categories of a DataFrame that no
            step before it encodes.
    """
    title = type(estimator).__name__
    if categories_of(estimator) and not hasattr(estimator, ENCODED):
        raise Refused(
            f"{title} was trained on category columns inside another model; encode them in a step "
            "before it (OrdinalEncoder)."
        )
    header, *sections = _sections(estimator.booster_.model_to_string())
    name, *options = (header.get("objective") or "").split()
    if name not in _LINKS:
        raise Refused(f"{title} with objective='{name[:40]}' has no ONNX form here.")
    outputs = int(header["num_tree_per_iteration"])
    kinds = _missing_kinds(sections)
    zeros_missing = _zeros_missing(kinds, title)
    trees = [_tree(section, number % outputs) for number, section in enumerate(sections)]
    link = "square" if "sqrt" in options else _LINKS[name]
    return Boosted(
        "lightgbm",
        np.float64,
        int(header["max_feature_idx"]) + 1,
        np.zeros(outputs),
        link,
        tuple(trees),
        slope=next((float(o[8:]) for o in options if o.startswith("sigmoid:")), 1.0),
        divisor=max(len(sections) // outputs, 1) if "average_output" in header else 1,
        zeros_missing=zeros_missing,
        missing_is_zero=_have_no_categories(sections) and set().union(*kinds.values()) <= {0},
    )


def _sections(text: str) -> Iterator[_Section]:
    """Yield the header's entries, then each tree's."""
    for block in text.partition("\nend of trees")[0].split("\nTree="):
        pairs = (line.partition("=") for line in block.splitlines())
        yield {key: value for key, _, value in pairs}


def _missing_kinds(sections: list[_Section]) -> dict[int, set[int]]:
    """Return the ways in which each feature's splits on numbers treat missing values."""
    kinds: dict[int, set[int]] = {}
    for section in sections:
        if int(section["num_leaves"]) > 1:
            features, types = _integers(section, "split_feature"), _types(section)
            numeric = types & _CATEGORY == 0
            for feature, kind in zip(features[numeric], types[numeric] >> 2 & 3, strict=True):
                kinds.setdefault(int(feature), set()).add(int(kind))
    return kinds


def _have_no_categories(sections: list[_Section]) -> bool:
    return all(int(section["num_cat"]) == 0 for section in sections)


def _zeros_missing(kinds: dict[int, set[int]], title: str) -> tuple[int, ...]:
    zeros = [feature for feature, found in kinds.items() if _MISSING_IS_ZERO in found]
    if any(len(kinds[feature]) > 1 for feature in zeros):
        raise Refused(
            f"{title} joins trees trained with zero_as_missing=True and without it, which has no "
            "ONNX form here; train it with one of the two."
        )
    return tuple(sorted(zeros))


def _tree(section: _Section, target: int) -> Tree:
    leaves = np.array(section["leaf_value"].split(), dtype=np.float64)
    if len(leaves) == 1:
        return leaf(float(leaves[0]), target)
    types, thresholds = _types(section), np.array(section["threshold"].split(), dtype=np.float64)
    count, missing_type = len(types), types >> 2 & 3
    # What is missing counts as zero where no missing values were met in training.
    zero_goes_left = thresholds >= 0
    default_left = types & _DEFAULT_LEFT != 0
    missing = np.where(missing_type == 0, zero_goes_left, default_left)
    ends = np.full(len(leaves), -1)
    tree = Tree(
        mode=np.full(count + len(leaves), AT_MOST),
        feature=np.concatenate([_integers(section, "split_feature"), np.zeros_like(ends)]),
        value=np.concatenate(
            [
                np.where(types & _CATEGORY, thresholds, _around_zero(thresholds)),
                np.zeros(len(leaves)),
            ]
        ),
        true=np.concatenate([_children(section, "left_child", count), ends]),
        false=np.concatenate([_children(section, "right_child", count), ends]),
        missing=np.concatenate([missing, np.zeros_like(ends)]).astype(np.int64),
        weight=np.concatenate([np.zeros(count), leaves])[:, np.newaxis],
        hits=np.concatenate([_counts(section, "internal_count"), _counts(section, "leaf_count")]),
        targets=(target,),
    )
    splits = _category_splits(section, tree, types, thresholds)
    return without_sets(tree, splits) if splits else tree


def _category_splits(
    section: _Section, tree: Tree, types: Any, thresholds: Any
) -> list[CategorySplit]:
    nodes = np.flatnonzero(types & _CATEGORY)
    if not len(nodes):
        return []
    bounds, words = _integers(section, "cat_boundaries"), _integers(section, "cat_threshold")
    splits = []
    for node in nodes:
        first, last = bounds[int(thresholds[node])], bounds[int(thresholds[node]) + 1]
        bits = np.unpackbits(words[first:last].astype("<u4").view(np.uint8), bitorder="little")
        splits.append(
            CategorySplit(
                node=int(node),
                codes=np.flatnonzero(bits),
                inside=int(tree.true[node]),
                outside=int(tree.false[node]),
                below=float(np.nextafter(-1, 0)),  # -0.5 is cut to the code 0
                missing_inside=False,
            )
        )
    return splits


def _around_zero(thresholds: Any) -> Any:
    """Move thresholds so that numbers that are zero to LightGBM are compared as zero is."""
    below = np.nextafter(-ZERO, -np.inf)
    return np.where(np.abs(thresholds) <= ZERO, np.where(thresholds >= 0, ZERO, below), thresholds)


def _counts(section: _Section, name: str) -> Any:
    return np.array(section[name].split(), dtype=np.float64)


def _types(section: _Section) -> Any:
    return _integers(section, "decision_type")


def _integers(section: _Section, name: str) -> Any:
    return np.array(section[name].split(), dtype=np.int64)


def _children(section: _Section, name: str, count: int) -> Any:
    """Number nodes, then leaves: the text has leaves as the complement of their number."""
    children = _integers(section, name)
    return np.where(children < 0, count + ~children, children)
