"""Every comparison with a threshold in a model, wherever it is, with the columns that it reads."""

from collections.abc import Iterator
from dataclasses import dataclass
from types import FunctionType, ModuleType
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.ensemble import RandomTreesEmbedding
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.preprocessing import Binarizer, KBinsDiscretizer

from converter.estimators.probes.sources import Sources, fitting, of_input, outputs_of
from converter.estimators.probes.trees import SplitTree, stump, trees_of

_NOT_OF_THE_MODEL = (type, ModuleType, FunctionType, np.ufunc)
_SEEING_OTHERS = {
    (KBinsDiscretizer, "_encoder"),
    (RandomTreesEmbedding, "one_hot_encoder_"),
    (TransformedTargetRegressor, "transformer_"),
}
"""Parts that are given other numbers than what they are in: bins, leaves, targets."""


@dataclass(frozen=True)
class Placed:
    """A tree and the source of each number that it is given."""

    tree: SplitTree
    sources: Sources


def placed_parts(estimator: Any, width: int) -> Iterator[tuple[Any, Sources]]:
    """Yield each object inside a fitted model of ``width`` columns with its sources, once each."""
    waiting: list[tuple[Any, Sources]] = [(estimator, of_input(width))]
    seen: dict[int, object] = {}
    while waiting:
        part, sources = waiting.pop()
        if id(part) in seen or part is None or isinstance(part, str | bytes | int | float):
            continue
        seen[id(part)] = part
        yield part, sources
        waiting.extend(_children(part, sources))


def placed_trees(estimator: Any, width: int) -> list[Placed]:
    """Find all comparisons of a fitted model that takes ``width`` columns."""
    return [
        Placed(tree, sources)
        for part, sources in placed_parts(estimator, width)
        for tree in (*trees_of(part), *_stumps(part, len(sources)))
    ]


def _stumps(part: Any, width: int) -> Iterator[SplitTree]:
    if isinstance(part, KBinsDiscretizer) and hasattr(part, "bin_edges_"):
        for column, edges in enumerate(part.bin_edges_):
            yield from (stump(column, float(edge)) for edge in edges)
    if isinstance(part, Binarizer):
        yield from (stump(column, float(part.threshold)) for column in range(width))


def _children(part: Any, sources: Sources) -> Iterator[tuple[Any, Sources]]:
    """Yield what a part is made of, each with the sources of what it is given."""
    if isinstance(part, Pipeline):
        known: Sources | None = sources
        for _, step in part.steps:
            width = len(known) if known is not None else getattr(step, "n_features_in_", 0)
            given = fitting(known, width)
            yield step, given
            known = outputs_of(step, given) if known is not None else None
    elif isinstance(part, ColumnTransformer):
        for name, step, _ in getattr(part, "transformers_", ()):
            columns = part._transformer_to_input_indices.get(name, ())  # no public twin
            yield step, [sources[column] for column in columns]
    elif isinstance(part, FeatureUnion):
        yield from ((step, sources) for _, step in part.transformer_list)
    elif hasattr(part, "estimators_features_"):  # bagging, each member with its own columns
        for member, columns in zip(part.estimators_, part.estimators_features_, strict=True):
            yield member, [sources[column] for column in columns]
    elif isinstance(part, list | tuple):
        yield from ((inner, _taken(inner, sources)) for inner in part)
    elif isinstance(part, dict):
        yield from ((inner, sources) for inner in part.values())
    elif isinstance(part, np.ndarray):
        if part.dtype.hasobject:
            yield from ((inner, sources) for inner in part.ravel().tolist())
    elif not isinstance(part, _NOT_OF_THE_MODEL):
        yield from _attributes(part, sources)


def _attributes(part: Any, sources: Sources) -> Iterator[tuple[Any, Sources]]:
    for name, inner in getattr(part, "__dict__", {}).items():
        if (type(part), name) in _SEEING_OTHERS:
            continue
        if not isinstance(inner, BaseEstimator):
            yield inner, sources
            continue
        last = name == "final_estimator_" and getattr(part, "passthrough", False)
        yield inner, _taken(inner, sources, after=last)


def _taken(inner: Any, sources: Sources, *, after: bool = False) -> Sources:
    """Return sources for as many numbers as ``inner`` takes; a chain's members take more."""
    width = getattr(inner, "n_features_in_", None)
    return fitting(sources, width, after=after) if isinstance(width, int) else sources
