"""Rows that a fitted step keeps: samples, support vectors, centres."""

from typing import Any

import numpy as np

_STORED = (
    "_fit_X",
    "support_vectors_",
    "X_train_",
    "X_fit_",
    "cluster_centers_",
    "centroids_",
    "means_",
    "theta_",
    "subcluster_centers_",
)


def stored_rows(step: Any, width: int) -> Any:
    """Return what rows or centres a step keeps, shape ``(n, width)``; ``None`` without any."""
    for name in _STORED:
        rows = getattr(step, name, None)
        if not isinstance(rows, np.ndarray) or rows.dtype.kind != "f":
            continue
        if rows.ndim == 2 and rows.shape[1] == width and len(rows):
            rows = _without_gaps(rows)
            if np.isfinite(rows).all():
                return rows
    return None


def _without_gaps(rows: Any) -> Any:
    """Fill in what an imputer's stored rows lack, each column from its values above and below."""
    gaps = np.isnan(rows)
    if not gaps.any() or gaps.all(axis=0).any():
        return rows
    places = np.arange(len(rows))
    return np.column_stack(
        [
            column[known][np.searchsorted(places[known], places) % known.sum()]
            for column, known in zip(rows.T, ~gaps.T, strict=True)
        ]
    )
