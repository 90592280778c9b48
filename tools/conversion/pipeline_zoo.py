"""Pipelines as people build them, fitted on scikit-learn's bundled data and small tables."""

import warnings
from functools import cache
from typing import Any

from sklearn.base import clone

from tools.conversion.pipelines_of_amounts import regressors
from tools.conversion.pipelines_of_numbers import classifiers
from tools.conversion.pipelines_of_words import of_tables, of_texts


@cache
def pipelines() -> tuple[tuple[str, Any], ...]:
    """Yield every pipeline with its name, fitted."""
    found = []
    for name, (recipe, rows, target) in {
        **classifiers(),
        **regressors(),
        **of_tables(),
        **of_texts(),
    }.items():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            pipeline = clone(recipe)  # parts are shared between recipes
            found.append(
                (name, pipeline.fit(rows) if target is None else pipeline.fit(rows, target))
            )
    return tuple(found)
