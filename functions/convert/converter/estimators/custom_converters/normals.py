"""The inverse of the normal distribution, by the formula that scipy computes it with.

Moshier, "Methods and Programs for Mathematical Functions" (1989): ratios of polynomials, one for
the middle and one for the tails, here down to exp(-32).
"""

from typing import Any

import numpy as np
from skl2onnx.algebra.onnx_ops import (
    OnnxAdd,
    OnnxDiv,
    OnnxGreater,
    OnnxLog,
    OnnxMul,
    OnnxNeg,
    OnnxSqrt,
    OnnxSub,
    OnnxWhere,
)

from converter.estimators.custom_converters.registry import VERSION

_ROOT = 2.50662827463100050242  # of 2π, one bit from numpy's
_TAIL = 0.13533528323661269189
_MIDDLE_ABOVE = (
    *(-5.99633501014107895267e1, 9.80010754185999661536e1, -5.66762857469070293439e1),
    *(1.39312609387279679503e1, -1.23916583867381258016e0),
)
_MIDDLE_BELOW = (
    *(1.0, 1.95448858338141759834e0, 4.67627912898881538453e0, 8.63602421390890590575e1),
    *(-2.25462687854119370527e2, 2.00260212380060660359e2, -8.20372256168333339912e1),
    *(1.59056225126211695515e1, -1.18331621121330003142e0),
)
_TAIL_ABOVE = (
    *(4.05544892305962419923e0, 3.15251094599893866154e1, 5.71628192246421288162e1),
    *(4.40805073893200834700e1, 1.46849561928858024014e1, 2.18663306850790267539e0),
    *(-1.40256079171354495875e-1, -3.50424626827848203418e-2, -8.57456785154685413611e-4),
)
_TAIL_BELOW = (
    *(1.0, 1.57799883256466749731e1, 4.53907635128879210584e1, 4.13172038254672030440e1),
    *(1.50425385692907503408e1, 2.50464946208309415979e0, -1.42182922854787788574e-1),
    *(-3.80806407691578277194e-2, -9.33259480895457427372e-4),
)


def normal_quantile(shares: Any, dtype: Any) -> Any:
    """Return the standard normal's quantiles of ``shares``, which lie between 1e-13 and 1."""
    one = np.array([1], dtype=dtype)
    upper = OnnxGreater(shares, np.array([1 - _TAIL], dtype=dtype), op_version=VERSION)
    nearer = OnnxWhere(upper, OnnxSub(one, shares, op_version=VERSION), shares, op_version=VERSION)
    in_middle = OnnxGreater(nearer, np.array([_TAIL], dtype=dtype), op_version=VERSION)
    tail = _tail(nearer, dtype)
    tail = OnnxWhere(upper, tail, OnnxNeg(tail, op_version=VERSION), op_version=VERSION)
    return OnnxWhere(in_middle, _middle(nearer, dtype), tail, op_version=VERSION)


def _middle(share: Any, dtype: Any) -> Any:
    away = OnnxSub(share, np.array([0.5], dtype=dtype), op_version=VERSION)
    square = OnnxMul(away, away, op_version=VERSION)
    above = OnnxMul(square, _polynomial(square, _MIDDLE_ABOVE, dtype), op_version=VERSION)
    ratio = OnnxDiv(above, _polynomial(square, _MIDDLE_BELOW, dtype), op_version=VERSION)
    sum_ = OnnxAdd(away, OnnxMul(away, ratio, op_version=VERSION), op_version=VERSION)
    return OnnxMul(sum_, np.array([_ROOT], dtype=dtype), op_version=VERSION)


def _tail(share: Any, dtype: Any) -> Any:
    logarithm = OnnxLog(share, op_version=VERSION)
    scaled = OnnxMul(np.array([-2], dtype=dtype), logarithm, op_version=VERSION)
    distance = OnnxSqrt(scaled, op_version=VERSION)
    bent = OnnxDiv(OnnxLog(distance, op_version=VERSION), distance, op_version=VERSION)
    inverse = OnnxDiv(np.array([1], dtype=dtype), distance, op_version=VERSION)
    above = OnnxMul(inverse, _polynomial(inverse, _TAIL_ABOVE, dtype), op_version=VERSION)
    ratio = OnnxDiv(above, _polynomial(inverse, _TAIL_BELOW, dtype), op_version=VERSION)
    return OnnxSub(OnnxSub(distance, bent, op_version=VERSION), ratio, op_version=VERSION)


def _polynomial(variable: Any, coefficients: tuple[float, ...], dtype: Any) -> Any:
    """Evaluate by Horner's rule, the highest power first; a leading 1 is not multiplied."""
    first, second, *rest = (np.array([number], dtype=dtype) for number in coefficients)
    start = variable if coefficients[0] == 1 else OnnxMul(first, variable, op_version=VERSION)
    value = OnnxAdd(start, second, op_version=VERSION)
    for number in rest:
        value = OnnxAdd(OnnxMul(value, variable, op_version=VERSION), number, op_version=VERSION)
    return value
