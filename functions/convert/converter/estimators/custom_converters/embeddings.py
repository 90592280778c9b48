"""Transformers that make many columns: leaves of random trees, and kernels of shares.

https://scikit-learn.org/stable/modules/ensemble.html#random-trees-embedding and
https://scikit-learn.org/stable/modules/kernel_approximation.html
"""

from typing import Any

import numpy as np
from skl2onnx.algebra.onnx_ops import (
    OnnxAdd,
    OnnxConcat,
    OnnxCos,
    OnnxEqual,
    OnnxLog,
    OnnxMul,
    OnnxSin,
    OnnxSqrt,
    OnnxWhere,
)
from sklearn.ensemble import RandomTreesEmbedding
from sklearn.kernel_approximation import AdditiveChi2Sampler, SkewedChi2Sampler

from converter.estimators.custom_converters.forests import leaf_values
from converter.estimators.custom_converters.nodes import affine, as_number
from converter.estimators.custom_converters.registry import VERSION, register

_INTERVALS = {1: 0.8, 2: 0.5, 3: 0.4}
"""By the number of steps, where no interval was given."""


def _leaves(estimator: RandomTreesEmbedding, source: Any, dtype: Any) -> list[Any]:
    """Return a column for each leaf that training rows reached."""
    blocks = []
    for tree, known in zip(
        estimator.estimators_, estimator.one_hot_encoder_.categories_, strict=True
    ):
        reached = np.zeros((tree.tree_.node_count, len(known)))
        reached[known.astype(np.int64), np.arange(len(known))] = 1.0
        blocks.append(leaf_values(tree.tree_, source, reached))
    return [as_number(OnnxConcat(*blocks, axis=1, op_version=VERSION), dtype)]


def _additive(estimator: AdditiveChi2Sampler, source: Any, dtype: Any) -> list[Any]:
    steps = estimator.sample_steps
    interval = estimator.sample_interval
    interval = _INTERVALS[steps] if interval is None else interval

    def constant(value: float) -> Any:
        return np.array([value], dtype=dtype)

    zero = OnnxEqual(source, constant(0), op_version=VERSION)
    given = OnnxWhere(zero, constant(1), source, op_version=VERSION)
    first = OnnxSqrt(OnnxMul(given, constant(interval), op_version=VERSION), op_version=VERSION)
    logarithm = OnnxMul(OnnxLog(given, op_version=VERSION), constant(interval), op_version=VERSION)
    twice = OnnxMul(given, constant(2 * interval), op_version=VERSION)
    parts = [first]
    for step in range(1, steps):
        share = constant(1 / np.cosh(np.pi * step * interval))
        factor = OnnxSqrt(OnnxMul(twice, share, op_version=VERSION), op_version=VERSION)
        angle = OnnxMul(logarithm, constant(step), op_version=VERSION)
        waves = [OnnxCos(angle, op_version=VERSION), OnnxSin(angle, op_version=VERSION)]
        parts += [OnnxMul(factor, wave, op_version=VERSION) for wave in waves]
    known = [OnnxWhere(zero, constant(0), part, op_version=VERSION) for part in parts]
    return [OnnxConcat(*known, axis=1, op_version=VERSION)]


def _skewed(estimator: SkewedChi2Sampler, source: Any, dtype: Any) -> list[Any]:
    shift = np.array([estimator.skewedness], dtype=dtype)
    logarithm = OnnxLog(OnnxAdd(source, shift, op_version=VERSION), op_version=VERSION)
    moved = affine(logarithm, estimator.random_weights_, estimator.random_offset_, dtype)
    scale = np.array([np.sqrt(2.0) / np.sqrt(estimator.n_components)], dtype=dtype)
    return [OnnxMul(OnnxCos(moved, op_version=VERSION), scale, op_version=VERSION)]


def add() -> None:
    """Register them."""
    register(RandomTreesEmbedding, _leaves, ["prediction"])
    register(AdditiveChi2Sampler, _additive, ["prediction"])
    register(SkewedChi2Sampler, _skewed, ["prediction"])
