"""A last walk over a loaded model, for what native code trusts and no single state can show."""

from collections.abc import Iterator
from types import FunctionType, ModuleType
from typing import Any

import numpy as np

from converter.limits import LOADED_OBJECTS
from converter.loading.inert import Vetted
from converter.loading.pending import Pending
from inferx.errors import Refused

_DAMAGED = "The parts of the model in the file do not fit each other; it is damaged."

_NOT_OF_THE_FILE = (type, ModuleType, FunctionType, np.ufunc)


def parts_of(root: object) -> Iterator[Any]:
    """Every object reachable from ``root``, each once.

    Raises:
        Refused: for more objects than a model may have.
    """
    seen: dict[int, object] = {}
    waiting = [root]
    while waiting:
        part = waiting.pop()
        if id(part) in seen or part is None or isinstance(part, str | bytes | int | float):
            continue
        seen[id(part)] = part
        if len(seen) > LOADED_OBJECTS:
            raise Refused("The file holds too many objects.")
        yield part
        if isinstance(part, dict):
            waiting.extend(part.keys())
            waiting.extend(part.values())
        elif isinstance(part, list | tuple | set | frozenset):
            waiting.extend(part)
        elif isinstance(part, np.ndarray) and part.dtype.hasobject:
            waiting.extend(part.ravel().tolist())
        if not isinstance(part, _NOT_OF_THE_FILE):
            waiting.extend(getattr(part, "__dict__", {}).values())


def check_structure(root: object) -> None:
    """Check each part against the others its native code will be run with.

    Raises:
        Refused: when sizes differ from what the estimator says of itself.
    """
    for part in parts_of(root):
        if isinstance(part, Vetted | Pending):
            raise Refused(_DAMAGED)
        attributes = getattr(part, "__dict__", None)
        if isinstance(attributes, dict) and not isinstance(part, _NOT_OF_THE_FILE):
            _check_attributes(type(part).__name__, attributes)


def _check_attributes(kind: str, attributes: dict[str, Any]) -> None:
    width = attributes.get("n_features_in_")
    if width is not None and (not isinstance(width, int | np.integer) or width < 0):
        raise Refused(_DAMAGED)
    tree = attributes.get("tree_")
    wrong_width = width is not None and getattr(tree, "n_features", width) != width
    if type(tree).__name__ == "Tree" and wrong_width:
        raise Refused(_DAMAGED)
    for name in ("cluster_centers_", "_fit_X", "support_vectors_"):
        if width is not None and _width(attributes.get(name), int(width)) != width:
            raise Refused(_DAMAGED)
    vocabulary = attributes.get("vocabulary_")
    if vocabulary is not None:
        _check_vocabulary(vocabulary)
    if kind.startswith("GradientBoosting"):
        _check_boosting(attributes)
    if "_n_support" in attributes:
        _check_support_vectors(attributes)
    if "_predictors" in attributes:
        _check_predictors(attributes["_predictors"], attributes.get("_n_features", width))
        _check_categories(attributes["_predictors"], attributes.get("_bin_mapper"))


def _width(array: Any, otherwise: int) -> int:
    shape: tuple[int, ...] = getattr(array, "shape", ())
    return int(shape[1]) if len(shape) == 2 else otherwise


def _check_vocabulary(vocabulary: object) -> None:
    if not isinstance(vocabulary, dict):
        raise Refused(_DAMAGED)
    positions = list(vocabulary.values())
    if not all(isinstance(position, int | np.integer) for position in positions):
        raise Refused(_DAMAGED)
    if sorted(map(int, positions)) != list(range(len(positions))):
        raise Refused(_DAMAGED)  # scipy would count words outside its arrays


def _check_boosting(attributes: dict[str, Any]) -> None:
    trees = attributes.get("estimators_")
    if trees is None:
        return
    if not isinstance(trees, np.ndarray) or trees.ndim != 2:
        raise Refused(_DAMAGED)
    if trees.shape[1] != attributes.get("n_trees_per_iteration_", trees.shape[1]):
        raise Refused(_DAMAGED)
    for tree in trees.ravel():
        if type(tree).__name__ != "DecisionTreeRegressor" or type(tree.tree_).__name__ != "Tree":
            raise Refused(_DAMAGED)
        if tree.tree_.n_outputs != 1 or tree.tree_.n_features != attributes.get("n_features_in_"):
            raise Refused(_DAMAGED)


def _check_support_vectors(attributes: dict[str, Any]) -> None:
    counts, rows = attributes["_n_support"], attributes.get("support_vectors_")
    weights = attributes.get("_dual_coef_")
    if not isinstance(counts, np.ndarray) or counts.dtype.kind != "i" or (counts < 0).any():
        raise Refused(_DAMAGED)
    # libsvm counts per class; regression and one-class models use the first entry only.
    total = int(counts.sum() if "classes_" in attributes else counts[:1].sum())
    shapes: list[tuple[int, ...]] = [getattr(array, "shape", ()) for array in (rows, weights)]
    if [len(shape) for shape in shapes] != [2, 2]:
        raise Refused(_DAMAGED)
    if shapes[0][0] != total or shapes[1][1] != total:
        raise Refused(_DAMAGED)


def _check_predictors(rounds: object, width: object) -> None:
    if not isinstance(rounds, list) or not isinstance(width, int | np.integer):
        raise Refused(_DAMAGED)
    for trees in rounds:
        for tree in trees:
            inner = tree.nodes[tree.nodes["is_leaf"] == 0]
            if (inner["feature_idx"] >= width).any():
                raise Refused(_DAMAGED)


def _check_categories(rounds: list[Any], mapper: object) -> None:
    """Native code looks a split's known categories up by its feature, without a check."""
    known = getattr(mapper, "is_categorical_", None)
    for trees in rounds:
        for tree in trees:
            features = tree.nodes["feature_idx"][tree.nodes["is_categorical"] != 0]
            if not len(features):
                continue
            if not isinstance(known, np.ndarray) or known.ndim != 1 or known.dtype.kind not in "bu":
                raise Refused(_DAMAGED)
            if features.max() >= len(known) or not known[features].all():
                raise Refused(_DAMAGED)
