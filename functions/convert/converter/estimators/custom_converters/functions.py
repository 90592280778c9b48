"""Known numpy functions as ONNX operators, and transformers run backwards."""

from collections.abc import Callable
from typing import Any

import numpy as np
from skl2onnx.algebra.onnx_ops import (
    OnnxAbs,
    OnnxAdd,
    OnnxCeil,
    OnnxCos,
    OnnxExp,
    OnnxFloor,
    OnnxLog,
    OnnxMul,
    OnnxNeg,
    OnnxReciprocal,
    OnnxRound,
    OnnxSign,
    OnnxSin,
    OnnxSqrt,
    OnnxSub,
    OnnxTanh,
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
    "floor": OnnxFloor,
    "log": OnnxLog,
    "negative": OnnxNeg,
    "reciprocal": OnnxReciprocal,
    "rint": OnnxRound,
    "sign": OnnxSign,
    "sin": OnnxSin,
    "sqrt": OnnxSqrt,
    "tanh": OnnxTanh,
}


def _constant(value: float, dtype: Any) -> Any:
    return np.array([value], dtype=dtype)


def _log_of(node: Any, dtype: Any, base: float) -> Any:
    scale = _constant(1 / np.log(base), dtype)
    return OnnxMul(OnnxLog(node, op_version=VERSION), scale, op_version=VERSION)


_COMPOSED: dict[str, Callable[[Any, Any], Any]] = {
    "log1p": lambda node, dtype: OnnxLog(
        OnnxAdd(node, _constant(1, dtype), op_version=VERSION), op_version=VERSION
    ),
    "expm1": lambda node, dtype: OnnxSub(
        OnnxExp(node, op_version=VERSION), _constant(1, dtype), op_version=VERSION
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
    name = getattr(function, "__name__", "")
    if getattr(np, name, None) is function:
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
