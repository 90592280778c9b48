"""Products of features, multiplied in the order in which scikit-learn multiplies them.

https://scikit-learn.org/stable/modules/preprocessing.html#polynomial-features
"""

from itertools import combinations, combinations_with_replacement
from typing import Any

import numpy as np
from skl2onnx.algebra.onnx_ops import OnnxConcat, OnnxGather, OnnxMul
from sklearn.preprocessing import PolynomialFeatures

from converter.estimators.custom_converters.constants import repeated
from converter.estimators.custom_converters.registry import VERSION, register


def _products(estimator: PolynomialFeatures, source: Any, dtype: Any) -> list[Any]:
    """Multiply each product of degree d - 1 by the factor that makes it one of degree d."""
    choose = combinations if estimator.interaction_only else combinations_with_replacement
    blocks: list[Any] = []
    if estimator.include_bias:
        blocks.append(repeated(np.ones((1, 1), dtype=dtype), source))
    below: Any = None
    positions: dict[tuple[int, ...], int] = {}
    for degree in range(1, estimator._max_degree + 1):
        terms = list(choose(range(estimator.n_features_in_), degree))
        if not terms:
            break
        factors = _columns(source, [term[0] for term in terms])
        if degree > 1:
            rest = _columns(below, [positions[term[1:]] for term in terms])
            factors = OnnxMul(rest, factors, op_version=VERSION)
        below, positions = factors, {term: number for number, term in enumerate(terms)}
        if degree >= estimator._min_degree:
            blocks.append(below)
    return [OnnxConcat(*blocks, axis=1, op_version=VERSION)]


def _columns(source: Any, positions: list[int]) -> Any:
    return OnnxGather(source, np.array(positions, dtype=np.int64), axis=1, op_version=VERSION)


def add() -> None:
    """Register it; skl2onnx's has a bias of float32 whatever the graph computes with."""
    register(PolynomialFeatures, _products, ["prediction"])
