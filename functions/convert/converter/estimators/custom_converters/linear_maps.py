"""Estimators that are one matrix product: partial least squares, factor analysis, FastICA."""

from typing import Any

import numpy as np
from sklearn.cross_decomposition import CCA, PLSCanonical
from sklearn.decomposition import FactorAnalysis, FastICA

from converter.estimators.custom_converters.nodes import affine
from converter.estimators.custom_converters.registry import register


def _pls(estimator: Any, source: Any, dtype: Any) -> list[Any]:
    weights = estimator.coef_.T
    offset = estimator.intercept_ - estimator._x_mean @ weights
    return [affine(source, weights, offset, dtype)]


def _factors(estimator: FactorAnalysis, source: Any, dtype: Any) -> list[Any]:
    loadings = estimator.components_ / estimator.noise_variance_
    posterior = np.linalg.inv(np.eye(len(loadings)) + loadings @ estimator.components_.T)
    weights = loadings.T @ posterior
    return [affine(source, weights, -estimator.mean_ @ weights, dtype)]


def _independent(estimator: FastICA, source: Any, dtype: Any) -> list[Any]:
    weights = estimator.components_.T
    mean = estimator.mean_ if estimator.whiten else np.zeros(len(weights))
    return [affine(source, weights, -mean @ weights, dtype)]


def add() -> None:
    """Register them."""
    register(CCA, _pls, ["prediction"])
    register(PLSCanonical, _pls, ["prediction"])
    register(FactorAnalysis, _factors, ["prediction"])
    register(FastICA, _independent, ["prediction"])
