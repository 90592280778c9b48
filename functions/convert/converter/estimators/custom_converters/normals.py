"""The error function and the inverse of the normal distribution, by scipy's own formulas.

Moshier, "Methods and Programs for Mathematical Functions" (1989): ratios of polynomials, one for
the middle and one for the tails, here down to exp(-32).
"""

from typing import Any

import numpy as np
from skl2onnx.algebra.onnx_ops import (
    OnnxAbs,
    OnnxAdd,
    OnnxDiv,
    OnnxExp,
    OnnxGreater,
    OnnxLog,
    OnnxMin,
    OnnxMul,
    OnnxNeg,
    OnnxSign,
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

_NEAR_ABOVE = (
    *(9.60497373987051638749e0, 9.00260197203842689217e1, 2.23200534594684319226e3),
    *(7.00332514112805075473e3, 5.55923013010394962768e4),
)
_NEAR_BELOW = (
    *(1.0, 3.35617141647503099647e1, 5.21357949780152679795e2, 4.59432382970980127987e3),
    *(2.26290000613890934246e4, 4.92673942608635921086e4),
)
_FAR_ABOVE = (
    *(2.46196981473530512524e-10, 5.64189564831068821977e-1, 7.46321056442269912687e0),
    *(4.86371970985681366614e1, 1.96520832956077098242e2, 5.26445194995477358631e2),
    *(9.34528527171957607540e2, 1.02755188689515710272e3, 5.57535335369399327526e2),
)
_FAR_BELOW = (
    *(1.0, 1.32281951154744992508e1, 8.67072140885989742329e1, 3.54937778887819891062e2),
    *(9.75708501743205489753e2, 1.82390916687909736289e3, 2.24633760818710981792e3),
    *(1.65666309194161350182e3, 5.57535340817727675546e2),
)
_ALL = 8.0
"""From here on the error function is 1 in doubles."""


def error_function(values: Any) -> Any:
    """Return ``erf`` of doubles, which the runtime has in float32 only."""
    one = np.array([1.0])
    size = OnnxMin(OnnxAbs(values, op_version=VERSION), np.array([_ALL]), op_version=VERSION)
    square = OnnxMul(size, size, op_version=VERSION)
    above = OnnxMul(size, _polynomial(square, _NEAR_ABOVE, np.float64), op_version=VERSION)
    near = OnnxDiv(above, _polynomial(square, _NEAR_BELOW, np.float64), op_version=VERSION)
    shrunk = OnnxExp(OnnxNeg(square, op_version=VERSION), op_version=VERSION)
    above = OnnxMul(shrunk, _polynomial(size, _FAR_ABOVE, np.float64), op_version=VERSION)
    rest = OnnxDiv(above, _polynomial(size, _FAR_BELOW, np.float64), op_version=VERSION)
    far = OnnxSub(one, rest, op_version=VERSION)
    found = OnnxWhere(OnnxGreater(size, one, op_version=VERSION), far, near, op_version=VERSION)
    return OnnxMul(OnnxSign(values, op_version=VERSION), found, op_version=VERSION)


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
