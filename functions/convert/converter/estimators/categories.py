"""Histogram boosting over categories, in steps that skl2onnx knows.

Since 1.4 scikit-learn encodes the categories of such a model inside of it.
https://scikit-learn.org/stable/modules/ensemble.html#categorical-support-gbdt
"""

import copy
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
        (name, encoder_of(step) if name == "encoder" else FunctionTransformer(), columns)
        for name, step, columns in inner.transformers_
        if name in ("encoder", "numerical")
    ]
    return transformer


def encoder_of(fitted: OrdinalEncoder) -> OrdinalEncoder:
    """Copy it without NaN among its categories: unknown is NaN here, too. None is a category."""
    encoder = copy.copy(fitted)
    encoder.categories_ = [_known(kept) for kept in fitted.categories_]
    encoder._missing_indices = {}
    return encoder


def _known(categories: Any) -> Any:
    kept = [not is_nan(value) for value in categories.tolist()]
    return categories[np.array(kept, dtype=bool)]


def refuse_inner_sets(estimator: Any) -> None:
    """Refuse categories of text that are not encoded by a step of a pipeline.

    Raises:
        Refused: for histogram boosting over categories of text inside another estimator.
    """
    for part in parts_of(estimator):
        if isinstance(part, BaseHistGradientBoosting) and _encodes_text(part):
            raise Refused(
                f"{type(part).__name__} with categorical_features over text has no ONNX form here "
                "inside another estimator; encode the categories in a step before it "
                "(OrdinalEncoder)."
            )


def _encodes_text(model: BaseHistGradientBoosting) -> bool:
    inner = getattr(model, "_preprocessor", None)
    if inner is None:
        return False
    encoder = inner.named_transformers_["encoder"]
    return any(isinstance(value, str) for kept in encoder.categories_ for value in kept.tolist())
