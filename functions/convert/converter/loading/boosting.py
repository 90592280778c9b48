"""Agreement of boosted trees with the rows and scores that they are run on."""

from typing import Any

import numpy as np

from converter.loading.inert import Unused
from inferx.errors import Refused

_DAMAGED = "The parts of the model in the file do not fit each other; it is damaged."


def check_boosting(part: object, attributes: dict[str, Any]) -> None:
    """Check the trees of an ensemble against its columns, if ``part`` is one.

    Raises:
        Refused: when native code would look for a column, a set or a score that is not there.
    """
    if type(part).__name__.startswith("GradientBoosting"):
        _check_gradient_boosting(attributes)
    elif "_predictors" in attributes:
        _check_histogram_boosting(attributes)


def check_first_scores(part: Any) -> None:
    """Check that gradient boosting starts with one score for each tree of a stage.

    The trees add to the predictions of an initial estimator without checking their shape.

    Args:
        part: of a model that is loaded and brought up to date.

    Raises:
        Refused: otherwise.
    """
    if type(part).__name__.startswith("GradientBoosting") and hasattr(part, "estimators_"):
        scores = part._raw_predict_init(np.zeros((2, part.n_features_in_), dtype=np.float32))
        if scores.shape != (2, part.estimators_.shape[1]):
            raise Refused(_DAMAGED)


def _check_gradient_boosting(attributes: dict[str, Any]) -> None:
    trees = attributes.get("estimators_")
    if trees is None:
        return
    if type(trees) is not np.ndarray or trees.ndim != 2 or trees.size == 0:
        raise Refused(_DAMAGED)
    if trees.shape[1] != attributes.get("n_trees_per_iteration_", trees.shape[1]):
        raise Refused(_DAMAGED)
    for tree in trees.ravel():
        if type(tree).__name__ != "DecisionTreeRegressor" or type(tree.tree_).__name__ != "Tree":
            raise Refused(_DAMAGED)
        if tree.tree_.n_outputs != 1 or tree.tree_.n_features != attributes.get("n_features_in_"):
            raise Refused(_DAMAGED)


def _check_histogram_boosting(attributes: dict[str, Any]) -> None:
    width, rounds = attributes.get("n_features_in_"), attributes["_predictors"]
    if not isinstance(width, int | np.integer) or not isinstance(rounds, list):
        raise Refused(_DAMAGED)
    if attributes.get("_n_features", width) != width or attributes.get("_in_fit"):
        raise Refused(_DAMAGED)
    _check_preprocessor(attributes.get("_preprocessor"), int(width))
    known = getattr(attributes.get("_bin_mapper"), "is_categorical_", None)
    for tree in [tree for trees in rounds for tree in trees]:
        if type(tree).__name__ != "TreePredictor":
            raise Refused(_DAMAGED)
        inner = tree.nodes[tree.nodes["is_leaf"] == 0]
        if (inner["feature_idx"] >= width).any():
            raise Refused(_DAMAGED)
        _check_categories(inner["feature_idx"][inner["is_categorical"] != 0], known)


def _check_preprocessor(inner: Any, width: int) -> None:
    """Check that the encoder inside a model neither adds nor drops a column."""
    if inner is None:
        return
    if type(inner).__name__ != "ColumnTransformer":
        raise Refused(_DAMAGED)
    steps = [step for step in inner.transformers_ if step[0] != "remainder"]
    if [step[0] for step in steps] != ["encoder", "numerical"]:
        raise Refused(_DAMAGED)
    (_, encoder, coded), (_, rest, other) = steps
    masks = all(type(mask) is np.ndarray and mask.dtype == bool for mask in (coded, other))
    if not masks or coded.shape != (width,) or (coded == other).any():
        raise Refused(_DAMAGED)
    if type(encoder).__name__ != "OrdinalEncoder" or type(getattr(rest, "func", 0)) is not Unused:
        raise Refused(_DAMAGED)


def _check_categories(features: Any, known: object) -> None:
    """Check the features of categorical splits, by which native code finds their categories."""
    if not len(features):
        return
    if type(known) is not np.ndarray or known.ndim != 1 or known.dtype.kind not in "bu":
        raise Refused(_DAMAGED)
    if features.max() >= len(known) or not known[features].all():
        raise Refused(_DAMAGED)
