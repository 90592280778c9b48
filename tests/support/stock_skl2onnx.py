"""skl2onnx as users have it, whatever converters an earlier test has registered."""

from typing import Any

import onnx
import skl2onnx
from skl2onnx import _supported_operators
from skl2onnx.common import _registration

_POOLS = (
    _registration._converter_pool,
    _registration._shape_calculator_pool,
    _supported_operators.sklearn_operator_name_map,
)
_STOCK = [dict(pool) for pool in _POOLS]


def to_onnx(*arguments: Any, **options: Any) -> onnx.ModelProto:
    """Export a model as ``skl2onnx.to_onnx`` does in a process of its own."""
    registered = [dict(pool) for pool in _POOLS]
    _put_back(_STOCK)
    try:
        model: onnx.ModelProto = skl2onnx.to_onnx(*arguments, **options)
    finally:
        _put_back(registered)
    return model


def _put_back(contents: list[dict[Any, Any]]) -> None:
    for pool, content in zip(_POOLS, contents, strict=True):
        pool.clear()
        pool.update(content)
