"""Checks of XGBoost models, before XGBoost's own reader sees them.

That reader trusts lengths, and its predictor follows node numbers, features and classes without
checking them. https://xgboost.readthedocs.io/en/stable/tutorials/saving_model.html
"""

import json
import re
from typing import Any

import numpy as np

from converter.limits import TREE_DEPTH
from converter.loading.trees import too_deep
from converter.loading.ubjson import Document
from inferx.errors import Refused

_DAMAGED = "The XGBoost model in the file is damaged: its parts do not fit each other."
_CATEGORIES = (
    "The XGBoost model in the file was trained on category columns of a DataFrame, and refuses "
    "values it has not seen, which no ONNX operator does; encode them in a step before it "
    "(OrdinalEncoder)."
)
_VECTORS = (
    "The XGBoost model in the file has several outputs a tree, which have no ONNX form here; "
    'train it with multi_strategy="one_output_per_tree".'
)
_OBJECTIVES = ("reg:", "binary:", "multi:", "count:", "rank:", "survival:")
_LEAF = -1
_MAX_COLUMNS = 10**7
_MAX_CODES = 2**24  # as many as XGBoost takes
_AS_TEXT = re.compile(rb'\s*\{\s*"')


def checked_model(content: bytes) -> bytes:
    """Return the model that a file or a pickled booster holds, without training configuration.

    Raises:
        Refused: when XGBoost could read past its end, or outside its arrays while it predicts.
    """
    try:
        if _AS_TEXT.match(content):
            saved = json.loads(content)
            model = saved.get("Model", saved)  # a pickle has the configuration beside it
            # XGBoost does not read \u escapes, so that letters stay as they are.
            content = json.dumps(model, ensure_ascii=False).encode()
        else:
            document = Document(content)
            model = document.value.get("Model", document.value)
            content = content[document.extents.get(("Model",), slice(None))]
        _check_learner(model["learner"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as missing:
        raise Refused(_DAMAGED) from missing
    return content


def _check_learner(learner: dict[str, Any]) -> None:
    sizes = {key: learner["learner_model_param"][key] for key in ("num_feature", "num_class")}
    columns, classes = (_count(size) for size in sizes.values())
    targets = _count(learner["learner_model_param"].get("num_target", "1"))
    outputs = max(classes, targets, 1)
    _require(0 < columns < _MAX_COLUMNS and (classes < 2 or targets < 2))
    for name in ("feature_names", "feature_types"):
        _require(len(learner.get(name, ())) in (0, columns))
    _require(len(_numbers(learner["learner_model_param"]["base_score"])) in (1, outputs))
    objective = learner["objective"]
    _require(objective["name"].startswith(_OBJECTIVES))
    trained_for = objective.get("softmax_multiclass_param", {}).get("num_class", "0")
    _require(_count(trained_for) in ((classes,) if "multi:" in objective["name"] else (0, classes)))
    _require(outputs == 1 or not objective["name"].startswith("rank:"))
    rounds = _check_booster(learner["gradient_booster"], columns, outputs)
    best = learner.get("attributes", {}).get("best_iteration")
    _require(best is None or rounds is None or _count(best) < rounds)


def _check_booster(booster: dict[str, Any], columns: int, outputs: int) -> int | None:
    """Return how many rounds of trees there are; ``None`` for a linear model."""
    name = booster["name"]
    if name == "gblinear":
        _require(_array(booster["model"]["weights"], "f").size == (columns + 1) * outputs)
        return None
    _require(name in ("gbtree", "dart"))
    model = (booster["gbtree"] if name == "dart" else booster)["model"]
    trees, groups = model["trees"], _array(model["tree_info"], "iu")
    _require(len(trees) == len(groups) == _count(model["gbtree_model_param"]["num_trees"]))
    _require(not len(groups) or (groups.min() >= 0 and groups.max() < outputs))
    if name == "dart":
        _require(len(_array(booster["weight_drop"], "f")) == len(trees))
    rounds = _array(model.get("iteration_indptr", [0, len(trees)]), "iu")
    _require(len(rounds) > 0 and rounds[0] == 0 and rounds[-1] == len(trees))
    _require(not (rounds[1:] < rounds[:-1]).any())
    if any(len(part) for part in model.get("cats", {}).values()):
        raise Refused(_CATEGORIES)
    for tree in trees:
        _check_tree(tree, columns)
    return len(rounds) - 1 if "iteration_indptr" in model else None


def _check_tree(tree: dict[str, Any], columns: int) -> None:
    count = _count(tree["tree_param"]["num_nodes"])
    if tree["tree_param"].get("size_leaf_vector", "1") not in ("0", "1"):
        raise Refused(_VECTORS)
    arrays: dict[str, str] = {
        **dict.fromkeys(("left_children", "right_children", "parents", "split_indices"), "iu"),
        **{name: "iub" for name in ("default_left", "split_type") if name in tree},
        **dict.fromkeys(("split_conditions", "base_weights", "loss_changes"), "f"),
        "sum_hessian": "f",
    }
    read = {name: _array(tree[name], kinds) for name, kinds in arrays.items()}
    _require(count > 0 and all(len(array) == count for array in read.values()))
    left, right = (read[side].astype(np.int64) for side in ("left_children", "right_children"))
    _check_walk(left, right, read["parents"])
    inner = read["split_indices"][left != _LEAF]
    _require(not len(inner) or (inner.min() >= 0 and inner.max() < columns))
    _check_sets(tree, read.get("split_type", np.zeros(count, dtype=np.int64)))


def _check_sets(tree: dict[str, Any], kinds: Any) -> None:
    """Check that each split on categories, and no other node, has codes of its own.

    The codes of all sets are one array, in the order of their nodes. A node that was pruned to a
    leaf keeps its set.
    """
    codes, nodes, starts, sizes = (
        _array(tree.get(name, []), "iu").astype(np.int64)
        for name in ("categories", "categories_nodes", "categories_segments", "categories_sizes")
    )
    kinds = kinds.astype(np.int64)
    _require(np.isin(kinds, (0, 1)).all())
    _require(np.array_equal(nodes, np.flatnonzero(kinds == 1)))
    _require(len(starts) == len(sizes) == len(nodes))
    _require(((sizes > 0) & (sizes <= len(codes))).all() and sizes.sum() == len(codes))
    _require(np.array_equal(starts, np.cumsum(sizes) - sizes))
    _require(((codes >= 0) & (codes < _MAX_CODES)).all())


def _check_walk(left: Any, right: Any, parents: Any) -> None:
    """Check that every walk from the root ends and reaches each node by one path at most."""
    seen = np.zeros(len(left), dtype=bool)
    level, depth = np.array([0]), 0
    while len(level):
        if depth > TREE_DEPTH:
            raise too_deep("XGBoost")
        seen[level] = True
        inner = level[left[level] != _LEAF]
        _require((right[level[left[level] == _LEAF]] == _LEAF).all())
        level = np.concatenate([left[inner], right[inner]])
        _require(((level >= 0) & (level < len(left))).all() and len(np.unique(level)) == len(level))
        _require(not seen[level].any())
        _require((parents[level] == np.concatenate([inner, inner])).all())
        depth += 1
    unused = left[~seen]
    _require(((unused >= _LEAF) & (unused < len(left))).all())


def _require(fits: object) -> None:
    if not fits:
        raise Refused(_DAMAGED)


def _count(text: object) -> int:
    _require(isinstance(text, str) and text.isascii() and text.isdigit() and len(text) < 10)
    return int(str(text))


def _numbers(text: object) -> list[float]:
    _require(isinstance(text, str) and len(text) < 10**6)
    return [float(number) for number in str(text).strip("[]").split(",")]


def _array(numbers: Any, kinds: str) -> np.ndarray[Any, Any]:
    if isinstance(numbers, list) and not numbers:
        return np.zeros(0, dtype=np.int64)
    array = np.asarray(numbers)
    _require(array.ndim == 1 and array.dtype.kind in (kinds if array.dtype.kind != "i" else "if"))
    return array
