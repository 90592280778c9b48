"""Histogram boosting over categories, in steps and splits that skl2onnx knows.

scikit-learn encodes the categories of such a model inside of it, and its trees ask whether a code
is in a set. ONNX's classic trees only compare, so each set becomes a row of comparisons.
https://scikit-learn.org/stable/modules/ensemble.html#categorical-support-gbdt
"""

import copy
from types import SimpleNamespace
from typing import Any

import numpy as np
from sklearn.compose import ColumnTransformer
from sklearn.ensemble._hist_gradient_boosting.gradient_boosting import BaseHistGradientBoosting
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer, OrdinalEncoder

from converter.estimators.missing import is_nan
from converter.loading.structure import parts_of
from inferx.errors import Refused


def encoded_before(model: BaseHistGradientBoosting) -> Any:
    """Move the encoder inside a model to a separate step.

    Returns:
        a pipeline of the encoder and the trees; ``model`` itself when it has no encoder.
    """
    inner = getattr(model, "_preprocessor", None)
    if inner is None:
        return model
    plain = copy.copy(model)
    plain._preprocessor = plain.is_categorical_ = None
    vars(plain).pop("feature_names_in_", None)
    return Pipeline([("categories", _steps_of(inner)), ("predict", plain)])


def _steps_of(inner: ColumnTransformer) -> ColumnTransformer:
    transformer = copy.copy(inner)
    transformer.transformers_ = [
        (name, _encoder(step) if name == "encoder" else FunctionTransformer(), columns)
        for name, step, columns in inner.transformers_
        if name in ("encoder", "numerical")
    ]
    return transformer


def _encoder(fitted: OrdinalEncoder) -> OrdinalEncoder:
    """Without NaN among the categories: what is unknown is NaN here, too. None is a category."""
    encoder = copy.copy(fitted)
    encoder.categories_ = [_known(kept) for kept in fitted.categories_]
    encoder._missing_indices = {}
    return encoder


def _known(categories: Any) -> Any:
    kept = [not is_nan(value) for value in categories.tolist()]
    return categories[np.array(kept, dtype=bool)]


def refuse_inner_sets(estimator: Any) -> None:
    """Refuse categories that are not encoded by a step of a pipeline.

    Raises:
        Refused: for histogram boosting with categories inside another estimator, and as
            scikit-learn up to 1.3 saved it.
    """
    for part in parts_of(estimator):
        if isinstance(part, BaseHistGradientBoosting) and np.any(
            getattr(part, "is_categorical_", None)
        ):
            raise Refused(
                f"{type(part).__name__} with categorical_features has no ONNX form here inside "
                "another estimator, or saved before scikit-learn 1.4; encode the categories in a "
                "step before it (OneHotEncoder)."
            )


def comparing(estimator: Any) -> Any:
    """Copy a model whose trees split on sets, with trees that only compare.

    The copy is for conversion; it cannot predict. A model without sets is returned as it is.
    """
    if isinstance(estimator, Pipeline):
        name, last = estimator.steps[-1]
        plain = comparing(last)
        return estimator if plain is last else Pipeline([*estimator.steps[:-1], (name, plain)])
    inner = getattr(estimator, "estimator_", None)  # under a threshold
    if isinstance(inner, BaseHistGradientBoosting):
        plain = copy.copy(estimator)
        plain.estimator_ = comparing(inner)
        return plain
    if not isinstance(estimator, BaseHistGradientBoosting) or not _has_sets(estimator):
        return estimator
    plain = copy.copy(estimator)
    plain._predictors = [
        [SimpleNamespace(nodes=_without_sets(tree)) for tree in trees]
        for trees in estimator._predictors
    ]
    return plain


def _has_sets(model: BaseHistGradientBoosting) -> bool:
    return any(tree.nodes["is_categorical"].any() for trees in model._predictors for tree in trees)


def _without_sets(tree: Any) -> Any:
    """Return one tree's nodes; comparisons that stand for a set chain by their right child.

    Codes are whole numbers. Sorted, they fall into runs that go to one side; a comparison with
    each run's end sends it there. Several comparisons share a child, which the runtime allows for
    the left ones (LightGBM's converter counts on it, too).
    """
    nodes = [tree.nodes.copy()]
    total = len(tree.nodes)
    for position in np.flatnonzero(tree.nodes["is_categorical"] & ~tree.nodes["is_leaf"]):
        node = tree.nodes[position]
        ends, goes_left = _runs(tree.raw_left_cat_bitsets[node["bitset_idx"]])
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


def _runs(words: Any) -> tuple[Any, Any]:
    """Return where each run of codes ends and whether it goes left; the rest goes right.

    Args:
        words: eight 32-bit words, the bit of each code that goes left set.
    """
    left = np.unpackbits(words.astype("<u4").view(np.uint8), bitorder="little").astype(bool)
    ends = np.flatnonzero(left != np.append(left[1:], False))
    if not len(ends):
        return np.array([-0.5]), np.array([True])  # an empty set: no code goes left
    return ends + 0.5, left[ends]
