"""Operators that PyTorch's exporters write wrongly, or without what those after them need."""

from collections.abc import Callable
from typing import Any

import torch
from onnxscript import opset18
from torch.onnx import register_custom_op_symbolic, symbolic_helper
from torch.onnx._internal.torchscript_exporter import symbolic_opset13

OPSET = 17
"""The operator set of exported traces."""


def prepare() -> None:
    """Add operators to the exporter of traces.

    It gives the result of ``unflatten``, which attention layers use, no number of axes, for which
    the transposition behind it fails.
    """
    register_custom_op_symbolic("aten::unflatten", _unflatten, OPSET)
    register_custom_op_symbolic("aten::log_sigmoid", _log_sigmoid, OPSET)


def translations() -> dict[Any, Callable[..., Any]]:
    """Return operators for the exporter of programs."""
    return {torch.ops.aten.log_sigmoid.default: _translated_log_sigmoid}


def _log_sigmoid(graph: Any, value: Any) -> Any:
    # The exporters write log(sigmoid(x)), which is infinite from -104 downwards.
    return graph.op("Neg", graph.op("Softplus", graph.op("Neg", value)))


def _translated_log_sigmoid(value: Any) -> Any:
    return opset18.Neg(opset18.Softplus(opset18.Neg(value)))


def _unflatten(graph: Any, value: Any, axis: Any, sizes: Any) -> Any:
    given = symbolic_opset13.unflatten(graph, value, axis, sizes)
    rank = symbolic_helper._get_tensor_rank(value)
    parts = _length(sizes)
    if rank is not None and parts:
        given.setType(value.type().with_sizes([None] * (rank - 1 + parts)))
    return given


def _length(sizes: Any) -> int:
    if symbolic_helper._is_packed_list(sizes):
        return len(symbolic_helper._unpack_list(sizes))
    constant = symbolic_helper._maybe_get_const(sizes, "is")
    return len(constant) if isinstance(constant, list | tuple) else 0
