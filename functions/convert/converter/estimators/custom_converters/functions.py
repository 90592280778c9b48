"""Known numpy functions as ONNX operators, and transformers run backwards."""

from collections.abc import Callable
from typing import Any

import numpy as np
from skl2onnx.algebra.onnx_ops import (
    OnnxAbs,
    OnnxAdd,
    OnnxCeil,
    OnnxCos,
    OnnxDiv,
    OnnxExp,
    OnnxFloor,
    OnnxGreater,
    OnnxIdentity,
    OnnxLog,
    OnnxMul,
    OnnxNeg,
    OnnxPow,
    OnnxReciprocal,
    OnnxRound,
    OnnxSign,
    OnnxSin,
    OnnxSqrt,
    OnnxSub,
    OnnxTanh,
    OnnxWhere,
)
from sklearn.preprocessing import (
    FunctionTransformer,
    MaxAbsScaler,
    MinMaxScaler,
    RobustScaler,
    StandardScaler,
)

from converter.estimators.custom_converters.registry import VERSION, register
from converter.estimators.encoded_columns import Numbers
from inferx.errors import Refused

_PLAIN = {
    "abs": OnnxAbs,
    "absolute": OnnxAbs,
    "ceil": OnnxCeil,
    "cos": OnnxCos,
    "exp": OnnxExp,
    "fabs": OnnxAbs,
    "floor": OnnxFloor,
    "log": OnnxLog,
    "negative": OnnxNeg,
    "positive": OnnxIdentity,
    "reciprocal": OnnxReciprocal,
    "rint": OnnxRound,
    "sign": OnnxSign,
    "sin": OnnxSin,
    "sqrt": OnnxSqrt,
    "tanh": OnnxTanh,
}


_SAME = {"degrees": "rad2deg", "radians": "deg2rad"}
_LARGE = 1e8
"""From here on ``x² + 1`` is ``x²`` in doubles."""


def _constant(value: float, dtype: Any) -> Any:
    return np.array([value], dtype=dtype)


def _log_of(node: Any, dtype: Any, base: float) -> Any:
    scale = _constant(1 / np.log(base), dtype)
    return OnnxMul(OnnxLog(node, op_version=VERSION), scale, op_version=VERSION)


def _scaled(node: Any, dtype: Any, by: float) -> Any:
    return OnnxMul(node, _constant(by, dtype), op_version=VERSION)


def _halves(node: Any, dtype: Any) -> tuple[Any, Any]:
    """Return half of ``e^x`` and of ``e^-x``, each in one power, which overflows no sooner."""
    half = _constant(np.log(2), dtype)
    up = OnnxSub(node, half, op_version=VERSION)
    down = OnnxSub(OnnxNeg(node, op_version=VERSION), half, op_version=VERSION)
    return OnnxExp(up, op_version=VERSION), OnnxExp(down, op_version=VERSION)


def _area(node: Any, dtype: Any, one: float) -> Any:
    """Return ``log(x + sqrt(x² + one))``; of large numbers ``log(2x)``, before squares overflow."""
    square = OnnxMul(node, node, op_version=VERSION)
    root = OnnxSqrt(OnnxAdd(square, _constant(one, dtype), op_version=VERSION), op_version=VERSION)
    near = OnnxLog(OnnxAdd(node, root, op_version=VERSION), op_version=VERSION)
    far = OnnxAdd(
        OnnxLog(node, op_version=VERSION), _constant(np.log(2), dtype), op_version=VERSION
    )
    large = OnnxGreater(node, _constant(_LARGE, dtype), op_version=VERSION)
    return OnnxWhere(large, far, near, op_version=VERSION)


def _area_tangent(node: Any, dtype: Any) -> Any:
    above = OnnxAdd(_constant(1, dtype), node, op_version=VERSION)
    below = OnnxSub(_constant(1, dtype), node, op_version=VERSION)
    quotient = OnnxDiv(above, below, op_version=VERSION)
    return _scaled(OnnxLog(quotient, op_version=VERSION), dtype, 0.5)


_COMPOSED: dict[str, Callable[[Any, Any], Any]] = {
    "log1p": lambda node, dtype: OnnxLog(
        OnnxAdd(node, _constant(1, dtype), op_version=VERSION), op_version=VERSION
    ),
    "expm1": lambda node, dtype: OnnxSub(
        OnnxExp(node, op_version=VERSION), _constant(1, dtype), op_version=VERSION
    ),
    "arccosh": lambda node, dtype: _area(node, dtype, -1),
    "arcsinh": lambda node, dtype: OnnxMul(
        OnnxSign(node, op_version=VERSION),
        _area(OnnxAbs(node, op_version=VERSION), dtype, 1),
        op_version=VERSION,
    ),
    "arctanh": _area_tangent,
    "cosh": lambda node, dtype: OnnxAdd(*_halves(node, dtype), op_version=VERSION),
    "deg2rad": lambda node, dtype: _scaled(node, dtype, np.pi / 180),
    "exp2": lambda node, dtype: OnnxPow(_constant(2, dtype), node, op_version=VERSION),
    "rad2deg": lambda node, dtype: _scaled(node, dtype, 180 / np.pi),
    "sinh": lambda node, dtype: OnnxSub(*_halves(node, dtype), op_version=VERSION),
    "tan": lambda node, _: OnnxDiv(
        OnnxSin(node, op_version=VERSION), OnnxCos(node, op_version=VERSION), op_version=VERSION
    ),
    "trunc": lambda node, _: OnnxMul(
        OnnxSign(node, op_version=VERSION),
        OnnxFloor(OnnxAbs(node, op_version=VERSION), op_version=VERSION),
        op_version=VERSION,
    ),
    "square": lambda node, _: OnnxMul(node, node, op_version=VERSION),
    "log2": lambda node, dtype: _log_of(node, dtype, 2),
    "log10": lambda node, dtype: _log_of(node, dtype, 10),
}


def apply_function(function: Any, node: Any, dtype: Any) -> Any:
    """Apply a numpy function; ``None`` is the identity.

    Raises:
        Refused: for a function without a known ONNX form.
    """
    if function is None:
        return node
    given = getattr(function, "__name__", "")
    name = _SAME.get(given, given)
    if getattr(np, given, None) is function:
        if name in _PLAIN:
            return _PLAIN[name](node, op_version=VERSION)
        if name in _COMPOSED:
            return _COMPOSED[name](node, dtype)
    raise Refused(
        f"The function {name[:60] or 'given'} has no ONNX form here; use one of numpy's "
        f"{', '.join(sorted({*_PLAIN, *_COMPOSED}))}."
    )


def inverse_of(transformer: Any, node: Any, dtype: Any) -> Any:
    """Run a fitted transformer backwards.

    Raises:
        Refused: for a transformer whose inverse is not known here.
    """
    if isinstance(transformer, FunctionTransformer):
        return apply_function(transformer.inverse_func, node, dtype)
    scale, offset = _line(transformer)
    scaled = OnnxMul(node, np.asarray(scale, dtype=dtype), op_version=VERSION)
    return OnnxAdd(scaled, np.asarray(offset, dtype=dtype), op_version=VERSION)


def _line(transformer: Any) -> tuple[Any, Any]:
    """Scale and offset of a scaler's inverse."""
    zero, one = np.zeros(1), np.ones(1)
    if isinstance(transformer, StandardScaler):
        scale = one if transformer.scale_ is None else transformer.scale_
        return scale, zero if not transformer.with_mean else transformer.mean_
    if isinstance(transformer, MinMaxScaler):
        return 1 / transformer.scale_, -transformer.min_ / transformer.scale_
    if isinstance(transformer, MaxAbsScaler):
        return transformer.scale_, zero
    if isinstance(transformer, RobustScaler):
        scale = one if transformer.scale_ is None else transformer.scale_
        return scale, zero if transformer.center_ is None else transformer.center_
    raise Refused(
        f"TransformedTargetRegressor over {type(transformer).__name__} has no ONNX form here; use "
        "a scaler, or functions of numpy such as log1p and expm1."
    )


def _function_transformer(estimator: FunctionTransformer, source: Any, dtype: Any) -> list[Any]:
    if estimator.kw_args:
        raise Refused("FunctionTransformer with kw_args has no ONNX form here.")
    return [apply_function(estimator.func, source, dtype)]


def add() -> None:
    """Register FunctionTransformer; skl2onnx knows only its identity."""
    for kind in (FunctionTransformer, Numbers):
        register(kind, _function_transformer, ["prediction"], keeps_type=True)
