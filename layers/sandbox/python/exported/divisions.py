"""Divisions of whole numbers that cannot end the process.

The smallest number divided by -1 is larger than the largest one. x86 processors raise an exception
for that, and the runtime does not handle it: one request would end the function's environment.
Division by -1 is therefore negation. The runtime's ``Mod`` handles it by itself.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any

import onnx
from onnx import TensorProto, helper, numpy_helper

from inferx.errors import Refused
from inferx.onnx_session import PROVIDERS, ort, session_options

_WHOLE = {TensorProto.INT32, TensorProto.INT64}
_TYPES = {
    "tensor(double)": TensorProto.DOUBLE,
    "tensor(float)": TensorProto.FLOAT,
    "tensor(float16)": TensorProto.FLOAT16,
    "tensor(int32)": TensorProto.INT32,
    "tensor(int64)": TensorProto.INT64,
    "tensor(uint32)": TensorProto.UINT32,
    "tensor(uint64)": TensorProto.UINT64,
}
"""What the runtime calls the types that it divides."""
_STANDARD = ("", "ai.onnx")
_WHERE_SINCE = 9


def make_divisions_safe(model: onnx.ModelProto) -> None:
    """Replace divisions of whole numbers by divisors that may be -1, in place.

    Raises:
        Refused: the graph does not show what is divided, or its operator set is too old.
    """
    graphs = list(graphs_in(model.graph))
    safe = _safe_divisors(graphs)
    if not any(_is_open(node, safe) for graph in graphs for node in graph.node):
        return
    types = _types(model)
    _ask_runtime(model, [node for node in model.graph.node if _is_open(node, safe)], types)
    numbers = count()
    for graph in graphs:
        nodes: list[onnx.NodeProto] = []
        for node in graph.node:
            kind = _whole_type(node, types) if _is_open(node, safe) else None
            nodes += [node] if kind is None else _without_minus_one(node, kind, next(numbers))
        if len(nodes) > len(graph.node):
            _check_operator_set(model)
            kept = [onnx.NodeProto.FromString(node.SerializeToString()) for node in nodes]
            del graph.node[:]
            graph.node.extend(kept)


def graphs_in(graph: onnx.GraphProto) -> Iterator[onnx.GraphProto]:
    """Yield the graphs in a graph's attributes at any depth, the innermost first, then itself."""
    for node in graph.node:
        for attribute in node.attribute:
            inner = [attribute.g] if attribute.HasField("g") else []
            for each in (*inner, *attribute.graphs):
                yield from graphs_in(each)
    yield graph


def constants_in(graph: onnx.GraphProto) -> list[tuple[str, onnx.TensorProto]]:
    """Return the constants that a graph itself holds, with their names."""
    return [
        *((tensor.name, tensor) for tensor in graph.initializer),
        *(
            (node.output[0], attribute.t)
            for node in graph.node
            if node.op_type == "Constant"
            for attribute in node.attribute
            if attribute.name == "value"
        ),
    ]


def _is_open(node: onnx.NodeProto, safe: set[str]) -> bool:
    is_division = node.op_type == "Div" and node.domain in _STANDARD
    return is_division and len(node.input) == 2 and node.input[1] not in safe


def _safe_divisors(graphs: list[onnx.GraphProto]) -> set[str]:
    """Return the names of the constants without -1 in them."""
    safe: dict[str, bool] = {}
    for graph in graphs:
        for name, tensor in constants_in(graph):  # a name may be used again in another branch
            safe[name] = safe.get(name, True) and _has_no_minus_one(tensor)
    return {name for name, is_safe in safe.items() if is_safe}


def _has_no_minus_one(tensor: onnx.TensorProto) -> bool:
    if tensor.data_type not in _WHOLE:
        return True
    return not bool((numpy_helper.to_array(tensor) == -1).any())


def _types(model: onnx.ModelProto) -> dict[str, set[int]]:
    """Return the element types of all values by their names, which branches may share."""
    light = onnx.ModelProto(ir_version=model.ir_version, opset_import=model.opset_import)
    light.graph.name = "types"
    light.graph.node.extend(model.graph.node)
    light.graph.input.extend(model.graph.input)
    given = {value.name for value in model.graph.input}
    for tensor in model.graph.initializer:  # their content says nothing about types
        if tensor.name not in given:
            described = helper.make_tensor_value_info(tensor.name, tensor.data_type, tensor.dims)
            light.graph.input.append(described)
    types: dict[str, set[int]] = defaultdict(set)
    for graph in graphs_in(onnx.shape_inference.infer_shapes(light).graph):
        for value in (*graph.input, *graph.output, *graph.value_info):
            if value.type.HasField("tensor_type"):
                types[value.name].add(value.type.tensor_type.elem_type)
        for tensor in graph.initializer:
            types[tensor.name].add(tensor.data_type)
    for output in model.graph.output:
        types[output.name].add(output.type.tensor_type.elem_type)
    return types


def _ask_runtime(
    model: onnx.ModelProto, divisions: list[onnx.NodeProto], types: dict[str, set[int]]
) -> None:
    """Add the types of what is divided that onnx does not infer.

    It knows no operators of onnxruntime's own, and not all of classic machine learning.
    """
    names = [name for name in sorted({node.input[0] for node in divisions}) if not types.get(name)]
    if not names:
        return
    asked = onnx.ModelProto()
    asked.CopyFrom(model)
    asked.graph.output.extend(onnx.ValueInfoProto(name=name) for name in names)
    session = ort.InferenceSession(asked.SerializeToString(), session_options(), PROVIDERS)
    for output in session.get_outputs()[-len(names) :]:
        types[output.name].add(_TYPES.get(output.type, TensorProto.UNDEFINED))


def _whole_type(node: onnx.NodeProto, types: Mapping[str, set[int]]) -> int | None:
    """Return the type of what a node divides; ``None`` for other numbers than whole ones."""
    known = [found for name in (*node.input, *node.output) if (found := types.get(name))]
    possible = set.intersection(*known) - {TensorProto.UNDEFINED} if known else set()
    if len(possible) == 1:
        (kind,) = possible
        return kind if kind in _WHOLE else None
    if possible and not possible & _WHOLE:
        return None
    raise Refused(
        f"The model divides {node.input[0]!r:.60} by {node.input[1]!r:.60}, and its graph does not "
        "show of which type they are; cast both to one type."
    )


def _without_minus_one(node: onnx.NodeProto, kind: int, number: int) -> list[onnx.NodeProto]:
    """Return the nodes that divide as ``node`` does."""
    one, minus, is_minus, divisor, quotient, sign = (
        f"inferx_division_{number}_{part}"
        for part in ("one", "minus", "is_minus", "divisor", "quotient", "sign")
    )
    by = node.input[1]
    nodes = [
        _constant(one, 1, kind),
        _constant(minus, -1, kind),
        helper.make_node("Equal", [by, minus], [is_minus]),
        helper.make_node("Where", [is_minus, one, by], [divisor]),
    ]
    division = onnx.NodeProto()
    division.CopyFrom(node)
    division.input[1] = divisor
    division.output[0] = quotient
    return [
        *nodes,
        division,
        helper.make_node("Where", [is_minus, minus, one], [sign]),
        helper.make_node("Mul", [quotient, sign], list(node.output)),
    ]


def _constant(name: str, value: int, kind: int) -> onnx.NodeProto:
    dtype: Any = helper.tensor_dtype_to_np_dtype(kind)
    return helper.make_node(
        "Constant", [], [name], value=numpy_helper.from_array(dtype.type(value))
    )


def _check_operator_set(model: onnx.ModelProto) -> None:
    versions = [each.version for each in model.opset_import if each.domain in _STANDARD]
    if max(versions, default=1) < _WHERE_SINCE:
        raise Refused(
            f"The model divides whole numbers by values that a request may choose; export it with "
            f"opset {_WHERE_SINCE} or later."
        )
