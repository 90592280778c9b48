"""Proves from a graph that nothing is computed in float32 before the thresholds of trees.

A plan says in which type a graph starts; single converters may still leave it for float32. What
counts is the graph itself: from each tree node back to the inputs, every operation has to be in
float64, or one that only moves numbers. The cast to float32 before a tree is part of the model.
"""

from collections.abc import Iterator

import onnx
from onnx import TensorProto

_TREES = ("TreeEnsemble", "TreeEnsembleClassifier", "TreeEnsembleRegressor")
_ALWAYS_SINGLE = (
    "LinearClassifier",
    "LinearRegressor",
    "Normalizer",
    "SVMClassifier",
    "SVMRegressor",
    "Scaler",
)
_COMPUTING = (
    *("Add", "Div", "Exp", "Gemm", "Log", "MatMul", "Mul", "Pow", "Reciprocal", "Sqrt", "Sub"),
    *("Cos", "Erf", "Sin", "Sigmoid", "Softmax", "Sum", "Tanh"),
    *("ReduceL1", "ReduceL2", "ReduceMean", "ReduceProd", "ReduceSum", "ReduceSumSquare"),
)
_OF_WORDS = ("TfIdfVectorizer",)
_FLAGS = ("And", "Equal", "Greater", "GreaterOrEqual", "IsNaN", "Less", "LessOrEqual", "Not", "Or")


def rounded_before_thresholds(model: onnx.ModelProto) -> str | None:
    """Name an operation in float32 that a tree's input depends on; ``None`` when there is none.

    Operations on counts of words are left out: their inputs are texts, which are not rounded.
    """
    makers = {output: node for node in model.graph.node for output in node.output}
    types = _types(model)
    for tree in model.graph.node:
        if tree.op_type not in _TREES:
            continue
        before = list(_before(tree, makers))
        if any(node.op_type in _OF_WORDS for node in before):
            continue
        for node in before:
            single = types.get(node.output[0]) == TensorProto.FLOAT
            if node.op_type in _ALWAYS_SINGLE or (node.op_type in _COMPUTING and single):
                return str(node.op_type)
    return None


def _before(tree: onnx.NodeProto, makers: dict[str, onnx.NodeProto]) -> Iterator[onnx.NodeProto]:
    """Yield the nodes that a tree's input depends on, up to other trees and to flags."""
    seen: set[str] = set()
    waiting = list(tree.input)
    while waiting:
        node = makers.get(waiting.pop())
        if node is None or node.output[0] in seen or node.op_type in (*_TREES, *_FLAGS):
            continue
        seen.add(node.output[0])
        yield node
        waiting.extend(node.input)


def _types(model: onnx.ModelProto) -> dict[str, int]:
    """Return the element type of each value, in the order in which the graph computes them."""
    types = {value.name: value.type.tensor_type.elem_type for value in model.graph.input}
    types.update({value.name: value.data_type for value in model.graph.initializer})
    for node in model.graph.node:
        if node.op_type == "Cast":
            kind = next(entry.i for entry in node.attribute if entry.name == "to")
        elif node.op_type == "Constant":
            kind = next((entry.t.data_type for entry in node.attribute), TensorProto.UNDEFINED)
        elif node.op_type in _ALWAYS_SINGLE:
            kind = TensorProto.FLOAT
        else:
            source = node.input[1 if node.op_type == "Where" else 0] if node.input else ""
            kind = types.get(source, TensorProto.UNDEFINED)
        types.update(dict.fromkeys(node.output, kind))
    return types
