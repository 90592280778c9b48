"""Operators that end the runtime's process instead of raising, and how a graph may use them.

Inside a branch they would do so on some request only, so that no trial shows it.
"""

import math
from collections.abc import Iterable
from typing import Any

import onnx
from onnx import numpy_helper

from exported.divisions import constants_in, graphs_in
from inferx.errors import Refused

_NORMAL = ("RandomNormal", "RandomNormalLike")
_UNIFORM = ("RandomUniform", "RandomUniformLike")


def check_hazards(model: onnx.ModelProto) -> None:
    """Check the attributes and inputs that the runtime trusts.

    Raises:
        Refused: naming the operator and its attribute or input.
    """
    graphs = list(graphs_in(model.graph))
    for node in (node for graph in graphs for node in graph.node):
        found = _hazard(node, graphs)
        if found is not None:
            where, rule = found
            raise Refused(
                f"The model has an operator {node.op_type} on whose {where} the runtime ends; "
                f"export it with {rule}."
            )


def _hazard(node: onnx.NodeProto, graphs: Iterable[onnx.GraphProto]) -> tuple[str, str] | None:
    """Return on what a node would end the runtime, and what it needs instead."""
    given = {each.name: onnx.helper.get_attribute_value(each) for each in node.attribute}
    if node.op_type == "GatherND" and given.get("batch_dims", 0) < 0:
        return "batch_dims", "none below 0"
    if node.op_type in _NORMAL and not 0 < given.get("scale", 1.0) < math.inf:
        return "scale", "one above 0"
    width = given.get("high", 1.0) - given.get("low", 0.0)
    if node.op_type in _UNIFORM and not 0 <= width < math.inf:
        return "high", "a number not below low"
    if node.op_type == "Unique" and "axis" in given:
        return "axis", "none, so that single values are compared"  # rows may hold no values
    if node.op_type == "STFT" and not _has_frames(node, graphs):
        return (
            "frames",
            "a constant window, or a constant frame_length above 0",
        )  # they may be empty
    return None


def _has_frames(node: onnx.NodeProto, graphs: Iterable[onnx.GraphProto]) -> bool:
    """Return whether the frames of a short-time Fourier transform are sure to hold something."""
    _, _, window, length = [*node.input, "", ""][:4]
    constants: dict[str, Any] = {
        name: numpy_helper.to_array(tensor)
        for graph in graphs
        for name, tensor in constants_in(graph)
        if name in (window, length)
    }
    if window:
        return window in constants and constants[window].size > 0
    return length in constants and bool((constants[length] > 0).all())
