"""skl2onnx's own converters that fail in a graph of doubles for a detail of the model's attributes.

``fit_intercept=False`` leaves the number 0.0 as intercept, where an array is expected; mixtures
compare the opset, a dictionary by domain, with a number.
"""

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
from skl2onnx import get_model_alias
from skl2onnx.common._registration import get_converter, register_converter
from sklearn.linear_model import LinearRegression
from sklearn.mixture import BayesianGaussianMixture, GaussianMixture
from sklearn.svm import LinearSVR

from converter.estimators.options import OPSET

type Convert = Callable[[Any, Any, Any], None]


def _with_array(convert: Convert) -> Convert:
    def converter(scope: Any, operator: Any, container: Any) -> None:
        model = operator.raw_operator
        if np.ndim(model.intercept_) == 0:
            operator.raw_operator = copy.copy(model)
            operator.raw_operator.intercept_ = np.array([model.intercept_], dtype=float)
        convert(scope, operator, container)
        operator.raw_operator = model

    return converter


def _with_number(convert: Convert) -> Convert:
    def converter(scope: Any, operator: Any, container: Any) -> None:
        operator.target_opset = OPSET[""]
        convert(scope, operator, container)

    return converter


def add() -> None:
    """Register them again."""
    mixtures = {get_model_alias(cls) for cls in (GaussianMixture, BayesianGaussianMixture)}
    linear = {get_model_alias(cls) for cls in (LinearRegression, LinearSVR)}
    for alias in sorted(linear | mixtures):
        known = get_converter(alias)
        corrected = (_with_number if alias in mixtures else _with_array)(known._fct)
        register_converter(alias, corrected, overwrite=True, options=known.get_allowed_options())
