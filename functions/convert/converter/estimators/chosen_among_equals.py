"""Where the original itself chooses among what is equally far, by the last bits of its distances.

Short decimals make such rows: the nearest two centres, or the last neighbour that votes and the
first that does not, are at one distance, and which comes first follows from the order of a sum.
"""

from typing import Any

import numpy as np
from scipy.spatial.distance import cdist
from sklearn.impute import KNNImputer
from sklearn.neighbors import (
    KNeighborsClassifier,
    KNeighborsRegressor,
    RadiusNeighborsClassifier,
    RadiusNeighborsRegressor,
)

from converter.estimators.filled_among_equals import CLOSE, filled_among_equals
from converter.estimators.members import members_of
from converter.loading.structure import parts_of

_MOST_DISTANCES = 1 << 28
_NEIGHBOURS = (KNeighborsClassifier, KNeighborsRegressor, KNNImputer)
_WITHIN_A_RADIUS = (RadiusNeighborsClassifier, RadiusNeighborsRegressor)
_FIRST_IN_MEMORY = (
    "Where several training rows are equally far from a row, the original takes those that come "
    "first in its memory, which no conversion repeats: such a row may get another of them."
)


def between_centres(estimator: Any, rows: Any) -> Any:
    """Return how much farther the second nearest centre of a clusterer is, as a share of that."""
    last, given = _last_step(estimator, rows)
    centres: Any = getattr(last, "cluster_centers_", None)
    if np.ndim(centres) != 2 or len(centres) < 2:
        return None
    points = np.asarray(given(), dtype=float)
    if len(centres) * points.size > _MOST_DISTANCES:
        return None
    nearest = np.sort(cdist(points, centres), axis=1)
    return (nearest[:, 1] - nearest[:, 0]) / np.maximum(nearest[:, 1], 1e-300)


def equally_far(estimator: Any, rows: Any) -> Any:
    """Return where the last of the nearest neighbours is as far as the one after it.

    Among neighbours within a radius, where one is as far as the radius; the neighbours that an
    imputer asks are meant, too. ``None`` for a model that asks no neighbours.
    """
    both = (_last_equally_far(estimator, rows), filled_among_equals(estimator, rows))
    known = [each for each in both if each is not None]
    return np.any(known, axis=0) if known else None


def _last_equally_far(estimator: Any, rows: Any) -> Any:
    last, given = _last_step(estimator, rows)
    if isinstance(last, _WITHIN_A_RADIUS):
        return _on_the_radius(last, given())
    if isinstance(last, KNeighborsClassifier | KNeighborsRegressor):
        return _neighbours_equally_far(last, given())
    found = [
        _last_equally_far(member, _seen(given(), columns))
        for member, columns in members_of(last)
        if any(isinstance(part, (*_NEIGHBOURS, *_WITHIN_A_RADIUS)) for part in parts_of(member))
    ]
    known = [each for each in found if each is not None]
    return np.any(known, axis=0) if known else None


def warning_for(estimator: Any) -> str | None:
    """Say what no conversion repeats, for a model with nearest neighbours in it."""
    if any(isinstance(part, _NEIGHBOURS) for part in parts_of(estimator)):
        return _FIRST_IN_MEMORY
    return None


def _neighbours_equally_far(last: Any, rows: Any) -> Any:
    if last.n_neighbors >= last.n_samples_fit_:
        return None
    distances, _ = last.kneighbors(rows, n_neighbors=last.n_neighbors + 1)
    return distances[:, -1] - distances[:, -2] <= CLOSE * distances[:, -1]


def _on_the_radius(last: Any, rows: Any) -> Any:
    less, more = (
        np.array([len(found) for found in last.radius_neighbors(rows, radius=radius)[1]])
        for radius in (last.radius * (1 - CLOSE), last.radius * (1 + CLOSE))
    )
    return less != more


def _seen(rows: Any, columns: list[int] | None) -> Any:
    return rows if columns is None else np.asarray(rows)[:, columns]


def _last_step(estimator: Any, rows: Any) -> tuple[Any, Any]:
    if not hasattr(estimator, "steps") or len(estimator.steps) == 1:
        return estimator, lambda: rows
    return estimator.steps[-1][1], lambda: estimator[:-1].transform(rows)
