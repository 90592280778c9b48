"""Which values scikit-learn allows for each constructor parameter of an estimator."""

import inspect
from numbers import Integral
from typing import Any

import numpy as np
from sklearn.utils._param_validation import Interval, MissingValues, Options, StrOptions

_OF_THE_FITTING = frozenset(
    (
        *("verbose", "n_jobs", "random_state", "copy", "copy_X", "copy_x", "cache_size", "memory"),
        *("warm_start", "refit", "pre_dispatch", "error_score", "return_train_score", "cv", "tol"),
        *("max_iter", "max_fun", "n_iter_no_change", "batch_size", "verbose_interval", "order"),
        *(
            "random_order",
            "validation_fraction",
            "early_stopping",
            "overwrite_features",
            "store_cv",
        ),
        *("precompute", "store_covariance", "max_no_improvement", "verbose_feature_names_out"),
        "scoring",
    )
)
"""Parameters that change how a model is fitted at most, and nothing of what it computes."""
_COUNTS = (0, 1, 2, 3, 5, 10, 20)
_SIZES = (0.0, 1e-3, 0.1, 0.5, 0.9, 1.0, 1.5, 2.0, 10.0)


def allowed_values(estimator: type) -> dict[str, list[Any]]:
    """Return values to try for each parameter, the default left out.

    Options and booleans are all there; of an interval there are a few; functions, arrays and
    estimators are not drawn.
    """
    constraints = getattr(estimator, "_parameter_constraints", {})
    defaults = inspect.signature(estimator.__init__).parameters  # type: ignore[misc]  # of a class
    found: dict[str, list[Any]] = {}
    for name, rules in constraints.items():
        if name not in defaults or name in _OF_THE_FITTING or not isinstance(rules, list):
            continue
        values = [value for rule in rules for value in _of_rule(rule)]
        default = defaults[name].default
        kept = [value for value in values if repr(value) != repr(default)]
        if kept:
            found[name] = list({repr(value): value for value in kept}.values())
    return found


def _of_rule(rule: Any) -> list[Any]:
    if rule is None:
        return [None]
    if isinstance(rule, str):
        return [False, True] if rule == "boolean" else []
    if isinstance(rule, MissingValues):
        return [np.nan, -1]
    if isinstance(rule, Options):  # of which StrOptions is a kind
        known = rule.options - getattr(rule, "deprecated", set())
        kept = [value for value in known if not isinstance(value, type)]
        return sorted(kept, key=repr) if isinstance(rule, StrOptions) else list(kept)
    if isinstance(rule, Interval):
        sizes = _COUNTS if rule.type is Integral else _SIZES
        return [value for value in sizes if value in rule][:5]
    return []
