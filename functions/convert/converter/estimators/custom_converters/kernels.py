"""Models that compare a row with stored ones through a kernel.

https://scikit-learn.org/stable/modules/metrics.html gives each kernel's formula.
"""

from typing import Any

import numpy as np
from scipy.sparse import issparse
from skl2onnx.algebra.onnx_ops import (
    OnnxAbs,
    OnnxAdd,
    OnnxCos,
    OnnxDiv,
    OnnxEqual,
    OnnxExp,
    OnnxMatMul,
    OnnxMul,
    OnnxPow,
    OnnxReduceL2,
    OnnxReduceSum,
    OnnxSub,
    OnnxTanh,
    OnnxUnsqueeze,
    OnnxWhere,
)
from sklearn.kernel_approximation import Nystroem, RBFSampler
from sklearn.kernel_ridge import KernelRidge
from sklearn.semi_supervised import LabelPropagation, LabelSpreading

from converter.estimators.custom_converters.nodes import LAST, affine, largest, pick, rbf, total
from converter.estimators.custom_converters.registry import VERSION, register
from inferx.errors import Refused


def _kernel(
    estimator: Any, source: Any, points: Any, settings: dict[str, float], dtype: Any
) -> Any:
    name = estimator.kernel
    gamma, degree, coef0 = (
        np.array([settings[part]], dtype=dtype) for part in ("gamma", "degree", "coef0")
    )
    if name == "rbf":
        return rbf(source, points, settings["gamma"], dtype)
    if name == "laplacian":
        rows = OnnxUnsqueeze(source, LAST, op_version=VERSION)
        apart = OnnxSub(rows, np.asarray(points, dtype=dtype)[np.newaxis], op_version=VERSION)
        axis = np.array([2], dtype=np.int64)
        apart = OnnxReduceSum(
            OnnxAbs(apart, op_version=VERSION), axis, keepdims=0, op_version=VERSION
        )
        return OnnxExp(OnnxMul(apart, -gamma, op_version=VERSION), op_version=VERSION)
    stored = np.asarray(points, dtype=dtype).T
    if name == "cosine":
        stored = stored / np.maximum(np.linalg.norm(stored, axis=0), 1e-30).astype(dtype)
        length = OnnxReduceL2(source, LAST, keepdims=1, op_version=VERSION)
        none = OnnxEqual(length, np.array([0], dtype=dtype), op_version=VERSION)
        length = OnnxWhere(none, np.array([1], dtype=dtype), length, op_version=VERSION)
        source = OnnxDiv(source, length, op_version=VERSION)
    product = OnnxMatMul(source, stored, op_version=VERSION)
    if name in ("linear", "cosine"):
        return product
    moved = OnnxAdd(OnnxMul(product, gamma, op_version=VERSION), coef0, op_version=VERSION)
    if name in ("poly", "polynomial"):
        return OnnxPow(moved, degree, op_version=VERSION)
    if name == "sigmoid":
        return OnnxTanh(moved, op_version=VERSION)
    raise Refused(
        f"{type(estimator).__name__} with the kernel '{name}' has no ONNX form here; use rbf, poly "
        "or linear."
    )


def _ridge(estimator: KernelRidge, source: Any, dtype: Any) -> list[Any]:
    if not isinstance(estimator.kernel, str):
        raise Refused("KernelRidge with a kernel function has no ONNX form here; name a kernel.")
    gamma = estimator.gamma if estimator.gamma is not None else 1.0 / estimator.n_features_in_
    settings = {"gamma": gamma, "degree": estimator.degree, "coef0": estimator.coef0}
    weights = np.asarray(estimator.dual_coef_, dtype=dtype).reshape(estimator.X_fit_.shape[0], -1)
    stored = estimator.X_fit_.toarray() if issparse(estimator.X_fit_) else estimator.X_fit_
    compared = _kernel(estimator, source, stored, settings, dtype)
    return [OnnxMatMul(compared, weights, op_version=VERSION)]


def _propagation(estimator: Any, source: Any, dtype: Any) -> list[Any]:
    if estimator.kernel != "rbf":
        raise Refused(f"{type(estimator).__name__} has an ONNX form here only with kernel='rbf'.")
    shares = np.asarray(estimator.label_distributions_, dtype=dtype)
    near = rbf(source, estimator.X_, estimator.gamma, dtype)
    chances = OnnxMatMul(near, shares, op_version=VERSION)
    chances = OnnxDiv(chances, total(chances), op_version=VERSION)
    return [pick(estimator.classes_, largest(chances)), chances]


def _nystroem(estimator: Nystroem, source: Any, dtype: Any) -> list[Any]:
    if not isinstance(estimator.kernel, str):
        raise Refused("Nystroem with a kernel function has no ONNX form here; name a kernel.")
    gamma = estimator.gamma if estimator.gamma is not None else 1.0 / estimator.n_features_in_
    settings = {
        "gamma": gamma,
        "degree": 3 if estimator.degree is None else estimator.degree,
        "coef0": 1 if estimator.coef0 is None else estimator.coef0,
    }
    compared = _kernel(estimator, source, estimator.components_, settings, dtype)
    weights = np.asarray(estimator.normalization_.T, dtype=dtype)
    return [OnnxMatMul(compared, weights, op_version=VERSION)]


def _sampler(estimator: RBFSampler, source: Any, dtype: Any) -> list[Any]:
    moved = affine(source, estimator.random_weights_, estimator.random_offset_, dtype)
    scale = np.array([(2.0 / estimator.n_components) ** 0.5], dtype=dtype)
    return [OnnxMul(OnnxCos(moved, op_version=VERSION), scale, op_version=VERSION)]


def add() -> None:
    """Register them."""
    register(Nystroem, _nystroem, ["prediction"])
    register(RBFSampler, _sampler, ["prediction"])
    register(KernelRidge, _ridge, ["prediction"])
    register(LabelPropagation, _propagation, ["label", "probabilities"])
    register(LabelSpreading, _propagation, ["label", "probabilities"])
