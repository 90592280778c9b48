"""Every node and every tensor of a model, at any depth."""

from collections.abc import Iterator
from typing import Any

import onnx
from google.protobuf.message import Message  # type: ignore[import-untyped]  # no stubs


def nodes_of(body: onnx.GraphProto | onnx.FunctionProto) -> Iterator[onnx.NodeProto]:
    """Yield the nodes of a graph or a function, and of the graphs in their attributes."""
    waiting: list[onnx.GraphProto | onnx.FunctionProto] = [body]
    while waiting:
        for node in waiting.pop().node:
            yield node
            for attribute in node.attribute:
                if attribute.HasField("g"):
                    waiting.append(attribute.g)
                waiting.extend(attribute.graphs)


def tensors_of(model: onnx.ModelProto) -> Iterator[onnx.TensorProto]:
    """Yield every tensor, wherever the format has room for one.

    The message is walked by its own description, so that no place is missed: initialisers,
    attributes, sparse tensors, subgraphs, functions, graphs for training.
    """
    waiting: list[Message] = [model]
    while waiting:
        message = waiting.pop()
        if isinstance(message, onnx.TensorProto):
            yield message
            continue
        for field, value in message.ListFields():
            if field.message_type is not None:
                waiting.extend(_messages(value))


def attribute_of(node: onnx.NodeProto, name: str) -> Any:
    """Return the value of a node's attribute; ``None`` where it has no such attribute."""
    for attribute in node.attribute:
        if attribute.name == name:
            return onnx.helper.get_attribute_value(attribute)
    return None


def _messages(value: Any) -> list[Message]:
    return [value] if isinstance(value, Message) else list(value)
