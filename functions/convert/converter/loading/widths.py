"""How many columns each part of an old model takes: up to 0.23 no attribute said so.

Later releases read ``n_features_in_``, and so do the checks of :mod:`converter.loading.structure`.
Here it is taken from the shape of what was fitted.
"""

from typing import Any

import numpy as np

from converter.loading.structure import parts_of

_COUNTS = ("n_features_", "_n_features", "n_input_features_")
_COLUMNS_AT: dict[str, int] = {
    # The fitted attribute, and the axis of it that runs over columns.
    "x_weights_": 0,
    "coef_": -1,
    "cluster_centers_": 1,
    "components_": 1,
    "theta_": 1,
    "feature_log_prob_": 1,
    "support_vectors_": 1,
    "_fit_X": 1,
    "X_train_": 1,
    "quantiles_": 1,
    "lambdas_": 0,
    "scale_": 0,
    "mean_": 0,
    "center_": 0,
    "statistics_": 0,
    "scores_": 0,
    "means_": 1,
}
_LISTS = ("categories_", "bin_edges_")
_NESTED = 8
_MEMBERS = ("estimators_", "calibrated_classifiers_", "estimator_", "estimator", "base_estimator")


def add_widths(root: object) -> None:
    """Give each estimator that lacks it its ``n_features_in_``, where its parts show it."""
    from sklearn.base import BaseEstimator  # noqa: PLC0415  # slow to import

    for part in list(parts_of(root)):
        if isinstance(part, BaseEstimator) and "n_features_in_" not in vars(part):
            width = _width(part)
            if width is not None and not _is_computed(part):
                vars(part)["n_features_in_"] = width


def _is_computed(part: Any) -> bool:
    return isinstance(getattr(type(part), "n_features_in_", None), property)


def _width(part: Any, depth: int = 0) -> int | None:
    attributes = getattr(part, "__dict__", {})
    if "n_features_in_" in attributes:
        known = attributes["n_features_in_"]
        return int(known) if isinstance(known, int | np.integer) else None
    if type(part).__name__ in ("RFE", "RFECV"):
        return _length(attributes.get("support_"), 0)
    for name in _COUNTS:
        if isinstance(attributes.get(name), int | np.integer):
            return int(attributes[name])
    if type(attributes.get("tree_")).__name__ == "Tree":
        return int(attributes["tree_"].n_features)
    if attributes.get("coefs_"):
        return _length(attributes["coefs_"][0], 0)
    for name, axis in _COLUMNS_AT.items():
        found = _length(attributes.get(name), axis)
        if found is not None:
            return found
    for name in _LISTS:
        if isinstance(attributes.get(name), list | np.ndarray):
            return len(attributes[name])
    return _width_of_member(attributes, depth)


def _width_of_member(attributes: dict[str, Any], depth: int) -> int | None:
    if depth == _NESTED:
        return None
    for name in _MEMBERS:
        members = attributes.get(name)
        member = members[0] if isinstance(members, list | tuple) and members else members
        if hasattr(member, "__dict__"):
            width = _width(member, depth + 1)
            if width is not None:
                return width
    return None


def _length(array: object, axis: int) -> int | None:
    shape = getattr(array, "shape", ())
    return int(shape[axis]) if -len(shape) <= axis < len(shape) else None
