"""The operators that a ``.pt2`` may call: PyTorch's own on tensors, and arithmetic on sizes."""

import re

from deep.torch_files.wording import shown
from inferx.errors import Refused

_TENSOR = re.compile(r"torch\.ops\.(aten|prims)\.([a-z_][a-z0-9_]{0,80})\.[A-Za-z0-9_]{1,60}")
_OF_GRAPHS = re.compile(
    r"torch\.ops\.higher_order\."
    r"(cond|while_loop|scan|associative_scan|map_impl|wrap_with_set_grad_enabled|wrap_with_autocast)"
)
_OF_SIZES = re.compile(
    r"_operator\.(add|and_|eq|floordiv|ge|getitem|gt|le|lt|lshift|mod|mul|ne|neg|not_|or_|pos|pow|"
    r"rshift|sub|truediv)"
    r"|math\.(ceil|floor|trunc|sqrt)"
    r"|torch\.sym_(float|int|ite|max|min|not|sqrt|sum)"
    r"|torch\._sym_(sqrt|log2)"
)
_OF_FILES = frozenset({"from_file", "save", "load", "_pin_memory", "record_stream", "_print"})
"""Operators that reach outside the numbers."""


def check(target: str) -> None:
    """Raise unless an operator is one that programs may call.

    Raises:
        Refused: naming it.
    """
    tensor = _TENSOR.fullmatch(target)
    if tensor and tensor[2] not in _OF_FILES:
        return
    if _OF_GRAPHS.fullmatch(target) or _OF_SIZES.fullmatch(target):
        return
    raise Refused(
        f"The program calls '{shown(target)}', which is no operator of PyTorch's own on tensors "
        "(torch.ops.aten). Build that layer of torch.nn or torch operators, and export it again."
    )
