"""Gaussian process classifiers, by the posterior that was found while fitting.

Rasmussen and Williams, "Gaussian Processes for Machine Learning" (2006), algorithm 3.2; Williams
and Barber (1998), appendix A, give the five error functions that stand for the logistic.
"""

from typing import Any

import numpy as np
from skl2onnx.algebra.onnx_ops import (
    OnnxAdd,
    OnnxConcat,
    OnnxDiv,
    OnnxGather,
    OnnxGreater,
    OnnxMatMul,
    OnnxMul,
    OnnxReduceSumSquare,
    OnnxReshape,
    OnnxSqrt,
    OnnxSub,
)
from skl2onnx.operator_converters._gp_kernels import convert_kernel, convert_kernel_diag
from sklearn.gaussian_process import GaussianProcessClassifier
from sklearn.gaussian_process._gpc import COEFS, LAMBDAS
from sklearn.pipeline import Pipeline

from converter.estimators.custom_converters.nodes import (
    COLUMN,
    LAST,
    as_index,
    as_number,
    column,
    flat,
    largest,
    pick,
    total,
)
from converter.estimators.custom_converters.normals import error_function
from converter.estimators.custom_converters.one_against import decided_by_pairs
from converter.estimators.custom_converters.registry import VERSION, register
from inferx.errors import Refused


def _binary(estimator: Any, source: Any) -> list[Any]:
    """Return labels and probabilities in doubles: the five errors nearly cancel each other."""
    dtype = np.float64
    given = as_number(source, dtype)
    stored = np.asarray(estimator.X_train_, dtype=dtype)
    try:
        alike = convert_kernel(
            estimator.kernel_, given, x_train=stored, dtype=dtype, op_version=VERSION
        )
        own = convert_kernel_diag(estimator.kernel_, given, dtype=dtype, op_version=VERSION)
    except (NotImplementedError, RuntimeError, TypeError) as missing:
        raise Refused(
            f"The kernel {estimator.kernel_!s:.60} of GaussianProcessClassifier has no ONNX form "
            "here; use RBF, RationalQuadratic or DotProduct, or sums and products of these."
        ) from missing
    weights = np.asarray(estimator.y_train_ - estimator.pi_, dtype=dtype).reshape(-1, 1)
    mean = OnnxMatMul(alike, weights, op_version=VERSION)
    above = OnnxGreater(mean, np.array([0], dtype=dtype), op_version=VERSION)
    reduce = np.linalg.solve(estimator.L_, np.diag(estimator.W_sr_)).T.astype(dtype)
    known = OnnxReduceSumSquare(
        OnnxMatMul(alike, reduce, op_version=VERSION), LAST, keepdims=1, op_version=VERSION
    )
    variance = OnnxSub(OnnxReshape(own, COLUMN, op_version=VERSION), known, op_version=VERSION)
    second = _chance(mean, variance)
    first = OnnxSub(np.array([1], dtype=dtype), second, op_version=VERSION)
    chances = OnnxConcat(first, second, axis=1, op_version=VERSION)
    return [pick(estimator.classes_, flat(as_index(above))), chances]


def _chance(mean: Any, variance: Any) -> Any:
    """Average the logistic of a normal variable: erf(λm / sqrt(1 + 2λ²v)), weighted."""
    scale = LAMBDAS.reshape(1, -1)
    spread = OnnxMul(variance, 2 * scale * scale, op_version=VERSION)
    spread = OnnxSqrt(OnnxAdd(spread, np.array([1.0]), op_version=VERSION), op_version=VERSION)
    inside = OnnxDiv(OnnxMul(mean, scale, op_version=VERSION), spread, op_version=VERSION)
    errors = error_function(inside)
    halves = COEFS.reshape(1, -1) / 2
    weighted = OnnxMul(errors, halves, op_version=VERSION)
    return OnnxAdd(total(weighted), np.array([COEFS.sum() / 2]), op_version=VERSION)


def decides_by_pairs(estimator: Any) -> bool:
    """Return whether a model has ``predict_proba``, which raises whatever it is given."""
    last = estimator.steps[-1][1] if isinstance(estimator, Pipeline) else estimator
    return (
        isinstance(last, GaussianProcessClassifier)
        and last.multi_class == "one_vs_one"
        and len(last.classes_) > 2
    )


def _outputs(estimator: GaussianProcessClassifier) -> list[str]:
    return ["label"] if decides_by_pairs(estimator) else ["label", "probabilities"]


def _classifier(estimator: GaussianProcessClassifier, source: Any, dtype: Any) -> list[Any]:
    base = estimator.base_estimator_
    if len(estimator.classes_) == 2:
        labels, chances = _binary(base, source)
        return [labels, as_number(chances, dtype)]
    second = np.array([1], dtype=np.int64)
    if decides_by_pairs(estimator):
        pairs = [_binary(member, source) for member in base.estimators_]
        labels = [as_number(column(label), np.float64) for label, _ in pairs]
        scores = [OnnxGather(each, second, axis=1, op_version=VERSION) for _, each in pairs]
        votes = decided_by_pairs(labels, scores, len(estimator.classes_), np.float64)
        return [pick(estimator.classes_, largest(votes))]
    positive = [
        OnnxGather(_binary(member, source)[1], second, axis=1, op_version=VERSION)
        for member in base.estimators_
    ]
    together = OnnxConcat(*positive, axis=1, op_version=VERSION)
    chances = OnnxDiv(together, total(together), op_version=VERSION)
    return [pick(estimator.classes_, largest(together)), as_number(chances, dtype)]


def add() -> None:
    """Register it; skl2onnx's needs an operator that the runtime lacks, and two classes."""
    register(GaussianProcessClassifier, _classifier, _outputs)
