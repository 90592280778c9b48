"""Operators that end the runtime's process instead of raising, and how a graph may use them.

Inside a branch they would do so on some request only, so that no trial shows it.
"""

import math
from collections.abc import Iterable

import onnx

from converter.uploaded_onnx.parts import attribute_of
from inferx.errors import Refused

_NORMAL = ("RandomNormal", "RandomNormalLike")
_UNIFORM = ("RandomUniform", "RandomUniformLike")


def check_hazards(nodes: Iterable[onnx.NodeProto]) -> None:
    """Check the attributes that the runtime trusts.

    Raises:
        Refused: naming the operator and its attribute.
    """
    for node in nodes:
        if node.op_type == "GatherND" and _number(node, "batch_dims", 0) < 0:
            raise _refusal(node, "batch_dims", "not negative")
        if node.op_type in _NORMAL and not 0 < _number(node, "scale", 1) < math.inf:
            raise _refusal(node, "scale", "above 0")
        low, high = _number(node, "low", 0), _number(node, "high", 1)
        if node.op_type in _UNIFORM and not 0 <= high - low < math.inf:
            raise _refusal(node, "high", "a number not below low")
        if node.op_type == "Unique" and attribute_of(node, "axis") is not None:
            # It ends the process for rows without numbers, which a graph may make of any.
            raise _refusal(node, "axis", "left out, so that single values are compared")


def _number(node: onnx.NodeProto, name: str, default: float) -> float:
    found = attribute_of(node, name)
    return float(default if found is None else found)


def _refusal(node: onnx.NodeProto, attribute: str, rule: str) -> Refused:
    return Refused(
        f"The model has an operator {node.op_type} on whose {attribute} the runtime ends; export "
        f"it with {attribute} {rule}."
    )
