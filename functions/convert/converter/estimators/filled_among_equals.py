"""Where an imputer fills in from stored rows of which some are equally far.

As for nearest neighbours, which of them it takes follows from their order in memory.
"""

from typing import Any

import numpy as np
from sklearn.compose import ColumnTransformer
from sklearn.impute import KNNImputer
from sklearn.metrics.pairwise import nan_euclidean_distances
from sklearn.pipeline import FeatureUnion, Pipeline

from converter.estimators.members import members_of

CLOSE = 1e-5
"""Distances that differ by less than this share of them are equal in float32."""
_MOST_DISTANCES = 1 << 28


def filled_among_equals(estimator: Any, rows: Any) -> Any:
    """Return where a value is filled in and the last row taken for it is as far as the next.

    ``None`` for a model without such imputers.
    """
    if not _imputes(estimator):
        return None
    if isinstance(estimator, KNNImputer):
        return _among_equals(estimator, np.asarray(rows, dtype=float))
    if isinstance(estimator, Pipeline):
        return _in_turn(estimator, rows)
    found = [
        filled_among_equals(part, rows if columns is None else np.asarray(rows)[:, columns])
        for part, columns in _parts(estimator)
    ]
    return np.any([each for each in found if each is not None], axis=0)


def _imputes(estimator: Any) -> bool:
    return isinstance(estimator, KNNImputer) or any(_imputes(part) for part, _ in _parts(estimator))


def _parts(estimator: Any) -> list[tuple[Any, Any]]:
    """List what a model is made of with the columns that each sees, ``None`` for all of them."""
    if isinstance(estimator, Pipeline):
        return [(step, None) for _, step in estimator.steps]
    if isinstance(estimator, FeatureUnion):
        return [(part, None) for _, part in estimator.transformer_list]
    if isinstance(estimator, ColumnTransformer):
        seen = estimator._transformer_to_input_indices  # no public twin
        return [(part, seen[name]) for name, part, _ in estimator.transformers_]
    return list(members_of(estimator))


def _in_turn(pipeline: Pipeline, rows: Any) -> Any:
    """Look at each step, as far as the last that imputes."""
    last = max(place for place, (_, step) in enumerate(pipeline.steps) if _imputes(step))
    found = []
    for _, step in pipeline.steps[: last + 1]:
        found.append(filled_among_equals(step, rows))
        if len(found) <= last and hasattr(step, "transform"):
            rows = step.transform(rows)
    return np.any([each for each in found if each is not None], axis=0)


def _among_equals(imputer: KNNImputer, rows: Any) -> Any:
    undecided = np.zeros(len(rows), dtype=bool)
    absent = np.isnan(rows)
    places = np.flatnonzero(absent.any(axis=1))
    stored = imputer._fit_X  # no public twin
    if not len(places) or len(places) * stored.size > _MOST_DISTANCES:
        return undecided
    distances = np.nan_to_num(nan_euclidean_distances(rows[places], stored), nan=np.inf)
    taken = imputer.n_neighbors
    for column in np.flatnonzero(absent.any(axis=0)):
        donors = distances[:, ~imputer._mask_fit_X[:, column]]  # no public twin
        if donors.shape[1] <= taken:
            continue
        nearest = np.sort(np.partition(donors, taken, axis=1)[:, : taken + 1], axis=1)
        last, following = nearest[:, -2], nearest[:, -1]
        equal = np.isfinite(following) & (last >= following * (1 - CLOSE))
        undecided[places] |= equal & absent[places, column]
    return undecided
