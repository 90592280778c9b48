"""Operators that PyTorch's exporter of traces writes without what the operators after them need."""

from typing import Any

from torch.onnx import register_custom_op_symbolic, symbolic_helper
from torch.onnx._internal.torchscript_exporter import symbolic_opset13

OPSET = 17
"""The operator set of exported traces."""


def register() -> None:
    """Teach the exporter the number of axes that ``unflatten`` gives, as attention layers use it.

    Without it, the transposition behind it fails for "a tensor of unknown rank".
    """
    register_custom_op_symbolic("aten::unflatten", _unflatten, OPSET)


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
