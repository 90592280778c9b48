"""Agreement of an estimator's attributes in the sizes that native code trusts.

libsvm and scikit-learn's Cython code read one array by the length of another, and index by numbers
that they do not check.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from inferx.errors import Refused

_DAMAGED = "The parts of the model in the file do not fit each other; it is damaged."
_VECTOR_KERNELS = ("linear", "poly", "rbf", "sigmoid")
_PLATT = ("_probA", "_probB")
_NORMS = ("X_norm_squared", "Y_norm_squared")


def check_sizes(part: Any, attributes: dict[str, Any]) -> None:
    """Check the attributes of one object that was loaded from a file.

    Raises:
        Refused: when native code would read past one of them.
    """
    kind = type(part).__name__
    width = attributes.get("n_features_in_")
    if width is not None and (not isinstance(width, int | np.integer) or width < 0):
        raise Refused(_DAMAGED)
    tree: Any = attributes.get("tree_")
    if type(tree).__name__ == "Tree" and tree.n_features != width:
        raise Refused(_DAMAGED)
    for name in ("cluster_centers_", "subcluster_centers_", "_fit_X", "support_vectors_"):
        rows = attributes.get(name)
        if _is_table(rows) and _shape(rows)[0] and _shape(rows)[1] != width:
            raise Refused(_DAMAGED)
    if "vocabulary_" in attributes:
        _check_vocabulary(attributes["vocabulary_"])
    for name in ("metric_params", "effective_metric_params_"):
        if not set(_NORMS).isdisjoint(attributes.get(name) or ()):
            raise Refused(_DAMAGED)  # scikit-learn reads them without checking their length
    if "_n_support" in attributes:
        _check_support_vectors(kind, attributes)
    if kind in ("KNeighborsClassifier", "RadiusNeighborsClassifier") and "_y" in attributes:
        _check_neighbours(attributes)
    if kind == "Birch" and "_subcluster_norms" in attributes:
        _check_norms(attributes)
    if kind.startswith("LGBM") and attributes.get("_Booster") is not None:  # None before fitting
        _check_booster(attributes)
    if kind == "BisectingKMeans" and "_bisecting_tree" in attributes:
        _check_bisections(attributes["_bisecting_tree"], width)


def _is_table(array: object) -> bool:
    return len(getattr(array, "shape", ())) == 2


def _check_vocabulary(vocabulary: object) -> None:
    if type(vocabulary) is not dict:
        raise Refused(_DAMAGED)
    positions = list(vocabulary.values())
    if not all(isinstance(position, int | np.integer) for position in positions):
        raise Refused(_DAMAGED)
    if sorted(map(int, positions)) != list(range(len(positions))):
        raise Refused(_DAMAGED)  # scipy would count words outside its arrays


def _check_support_vectors(kind: str, attributes: dict[str, Any]) -> None:
    counts, rows = attributes["_n_support"], attributes.get("support_vectors_")
    weights = attributes.get("_dual_coef_")
    places: Any = attributes.get("support_")
    if type(counts) is not np.ndarray or counts.ndim != 1 or counts.dtype.kind != "i":
        raise Refused(_DAMAGED)
    if len(counts) < 2 or (counts < 0).any():
        raise Refused(_DAMAGED)
    # libsvm counts per class; regression and one-class models use the first entry only.
    total = int(counts.sum() if kind in ("SVC", "NuSVC") else counts[0])
    classes = len(counts)
    pairs = classes * (classes - 1) // 2
    if not _is_table(rows):
        raise Refused(_DAMAGED)
    if attributes.get("_sparse") and kind not in ("SVC", "NuSVC"):
        total = int(_shape(rows)[0])  # the entry is memory that fitting left as it was, not read
    compares_rows = attributes.get("kernel") in _VECTOR_KERNELS  # other kernels read a matrix
    if compares_rows and _shape(rows)[0] != total:
        raise Refused(_DAMAGED)
    expected = {"_dual_coef_": (classes - 1, total), "support_": (total,), "_intercept_": (pairs,)}
    if any(_shape(attributes.get(name)) != shape for name, shape in expected.items()):
        raise Refused(_DAMAGED)
    if any(
        _shape(attributes.get(name)) not in _probabilities(attributes, pairs) for name in _PLATT
    ):
        raise Refused(_DAMAGED)
    if attributes.get("_sparse"):
        stored = _shape(getattr(weights, "data", None))
        if not compares_rows or stored != ((classes - 1) * total,):
            raise Refused(_DAMAGED)
    fitted = (attributes.get("shape_fit_") or (0,))[0]
    if total and not (places.min() >= 0 and places.max() < fitted):
        raise Refused(_DAMAGED)  # a matrix of kernels is read by them


def _probabilities(attributes: dict[str, Any], pairs: int) -> list[tuple[int]]:
    """Return the shapes that the coefficients of probabilities may have."""
    asked = attributes.get("_effective_probability", attributes.get("probability", False))
    return [(pairs,)] if asked is not False else [(pairs,), (0,)]


def _shape(array: object) -> Any:
    return getattr(array, "shape", None)


def _check_neighbours(attributes: dict[str, Any]) -> None:
    labels, rows = attributes["_y"], attributes.get("_fit_X")
    classes = attributes.get("classes_")
    counted: Any = classes if attributes.get("outputs_2d_") else [classes]
    if type(labels) is not np.ndarray or labels.dtype.kind != "i" or labels.ndim not in (1, 2):
        raise Refused(_DAMAGED)
    if not _is_table(rows) or len(labels) != _shape(rows)[0]:
        raise Refused(_DAMAGED)
    columns = labels.reshape(len(labels), -1).T
    if len(columns) != len(counted) or not len(labels):
        raise Refused(_DAMAGED)
    for column, known in zip(columns, counted, strict=True):
        if column.min() < 0 or column.max() >= len(known):
            raise Refused(_DAMAGED)  # each is an index into a row of scores
    neighbours = attributes.get("n_neighbors", 1)
    if neighbours is not None and not 0 < neighbours <= len(labels):
        raise Refused(_DAMAGED)


def _check_norms(attributes: dict[str, Any]) -> None:
    centres = attributes.get("subcluster_centers_")
    if not _is_table(centres) or _shape(attributes["_subcluster_norms"]) != _shape(centres)[:1]:
        raise Refused(_DAMAGED)


def _check_booster(attributes: dict[str, Any]) -> None:
    booster = attributes["_Booster"]
    if type(booster).__module__ != "lightgbm.basic":
        raise Refused(_DAMAGED)
    if booster.num_feature() != attributes.get("_n_features"):
        raise Refused(_DAMAGED)


def _check_bisections(root: object, width: object) -> None:
    for node in _bisections(root):
        if _shape(getattr(node, "center", None)) != (width,):
            raise Refused(_DAMAGED)


def _bisections(root: object) -> Iterator[object]:
    waiting, seen = [root], set[int]()
    while waiting:
        node = waiting.pop()
        if node is None:
            continue
        if id(node) in seen:
            raise Refused(_DAMAGED)  # no tree
        seen.add(id(node))
        yield node
        waiting += [getattr(node, "left", None), getattr(node, "right", None)]
