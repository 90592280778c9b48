"""Reads XGBoost's JSON model.

https://xgboost.readthedocs.io/en/stable/tutorials/saving_model.html

The installed library writes it, whatever release the model is from, so there is one form to read.
It compares in float32 and sums in float32, the intercept first.
"""

import json
from typing import Any

import numpy as np

from converter.estimators.custom_converters.boosters.sets import CategorySplit, without_sets
from converter.estimators.custom_converters.boosters.trees import LESS, Boosted, Tree
from inferx.errors import Refused

_LINKS = {
    "binary:hinge": "hinge",
    "binary:logistic": "logistic",
    "count:poisson": "exp",
    "multi:softmax": "softmax",
    "multi:softprob": "softmax",
    "reg:gamma": "exp",
    "reg:logistic": "logistic",
    "reg:tweedie": "exp",
    "survival:aft": "exp",
    "survival:cox": "exp",
    **dict.fromkeys(
        (
            "binary:logitraw",
            "rank:map",
            "rank:ndcg",
            "rank:pairwise",
            "reg:absoluteerror",
            "reg:pseudohubererror",
            "reg:quantileerror",
            "reg:squarederror",
            "reg:squaredlogerror",
        ),
        "identity",
    ),
}


def read(estimator: Any) -> Boosted:
    """Read the trees that ``predict`` uses: up to the best iteration after early stopping.

    Raises:
        Refused: for an objective of a release that is not known here.
    """
    booster = estimator.get_booster()
    learner = json.loads(booster.save_raw("json"))["learner"]
    objective = learner["objective"]["name"]
    title = type(estimator).__name__
    if objective not in _LINKS:
        raise Refused(f"{title} with objective='{objective[:40]}' has no ONNX form here.")
    parameters = learner["learner_model_param"]
    base = _intercept(parameters["base_score"], objective)
    outputs = max(int(parameters["num_class"]), int(parameters["num_target"]), 1)
    base = np.broadcast_to(base, outputs).astype(np.float32)
    features = int(parameters["num_feature"])
    gradient = learner["gradient_booster"]
    link = _LINKS[objective]
    if gradient["name"] == "gblinear":
        weights = np.asarray(gradient["model"]["weights"], dtype=np.float32)
        weights = weights.reshape(features + 1, outputs)
        return Boosted(
            "xgboost",
            np.float32,
            features,
            base[0] + weights[-1],  # the first intercept for every output, as the library does
            link,
            linear=weights[:-1],
            missing=_missing(estimator),
        )
    model = gradient["model"]
    _check_categories(estimator, model)
    trees, groups = model["trees"], model["tree_info"]
    used = int(model["iteration_indptr"][_rounds(estimator, len(model["iteration_indptr"]) - 1)])
    drops = model.get("weight_drop") or [1.0] * len(trees)
    return Boosted(
        "xgboost",
        np.float32,
        features,
        base,
        link,
        tuple(
            _tree(tree, int(group), np.float32(drop))
            for tree, group, drop in zip(trees[:used], groups[:used], drops[:used], strict=True)
        ),
        missing=_missing(estimator),
    )


def _check_categories(estimator: Any, model: dict[str, Any]) -> None:
    """Raise unless every category is a code that the model's owner made.

    Raises:
        Refused: for the category columns of a DataFrame, whose codes are XGBoost's own; loading
            refuses the models that hold them (:mod:`converter.loading.xgboost_model`).
    """
    own = getattr(estimator, "feature_types", None) is not None
    if not own and any(tree["categories"] for tree in model["trees"]):
        raise Refused(
            f"{type(estimator).__name__} was trained on categories, and the file does not hold the "
            "values that their codes stand for; encode them in a step before it (OrdinalEncoder)."
        )


def _missing(estimator: Any) -> float:
    missing = getattr(estimator, "missing", None)
    return np.nan if missing is None else float(missing)


def _rounds(estimator: Any, total: int) -> int:
    _, end = estimator._get_iteration_range(None)  # the wrapper's own rule; it has no public twin
    return total if end == 0 else min(int(end), total)


def _intercept(base_score: str, objective: str) -> Any:
    base = np.atleast_1d(np.asarray(json.loads(base_score), dtype=np.float32))
    with np.errstate(divide="ignore"):
        if _LINKS[objective] == "logistic":
            return -np.log(np.float32(1) / base - np.float32(1))
        return np.log(base) if _LINKS[objective] == "exp" else base


def _tree(saved: dict[str, Any], group: int, drop: Any) -> Tree:
    left = np.asarray(saved["left_children"], dtype=np.int64)
    inner = left >= 0
    condition = np.asarray(saved["split_conditions"], dtype=np.float32)
    tree = Tree(
        mode=np.full(len(left), LESS),
        feature=np.where(inner, np.asarray(saved["split_indices"], dtype=np.int64), 0),
        value=np.where(inner, condition, np.float32(0)),
        true=left,
        false=np.where(inner, np.asarray(saved["right_children"], dtype=np.int64), -1),
        missing=np.asarray(saved["default_left"], dtype=np.int64),
        weight=np.where(inner, np.float32(0), condition)[:, np.newaxis] * drop,
        hits=np.asarray(saved["sum_hessian"], dtype=np.float64),
        targets=(group,),
    )
    return without_sets(tree, _category_splits(saved, tree)) if saved["categories"] else tree


def _category_splits(saved: dict[str, Any], tree: Tree) -> list[CategorySplit]:
    codes = np.asarray(saved["categories"], dtype=np.int64)
    return [
        CategorySplit(
            node=node,
            codes=codes[start : start + size],
            inside=int(tree.false[node]),
            outside=int(tree.true[node]),
            below=0.0,
            missing_inside=not tree.missing[node],
        )
        for node, start, size in zip(
            saved["categories_nodes"],
            saved["categories_segments"],
            saved["categories_sizes"],
            strict=True,
        )
        if tree.true[node] >= 0  # a node that was pruned to a leaf keeps its set
    ]
