"""The classes of a classifier's graph, in the order of its probabilities' columns."""

import onnx

from converter.uploaded_onnx.parts import attribute_of
from inferx.manifest import Label

_KEEPING_VALUES = ("Identity", "Cast", "Reshape", "Squeeze", "Unsqueeze", "Flatten")
_LISTS = ("classlabels_strings", "classlabels_int64s", "classlabels_ints")


def classes_of(model: onnx.ModelProto, label: str, width: int | None) -> tuple[Label, ...] | None:
    """Return the classes; ``None`` unless the graph shows them.

    They are read from where the label comes from, not from any classifier in the graph: one that
    is inside another numbers its classes for itself.

    Args:
        model: the graph.
        label: the output that holds the label.
        width: how many columns the probabilities have, if that is known.
    """
    producers = {name: node for node in model.graph.node for name in node.output}
    node = _behind(producers, label)
    if node is None:
        return None
    classes = next((found for name in _LISTS if (found := attribute_of(node, name))), None)
    if classes is None and node.op_type == "ArrayFeatureExtractor":
        chosen = _behind(producers, node.input[1])
        if chosen is not None and chosen.op_type == "ArgMax":
            classes = _constant(model, node.input[0])
    if not classes or len(classes) != width:
        return None
    return _labels(classes)


def _behind(producers: dict[str, onnx.NodeProto], name: str) -> onnx.NodeProto | None:
    """Return the node that computes a value, not one that only moves or casts it."""
    node = producers.get(name)
    while node is not None and node.op_type in _KEEPING_VALUES:
        node = producers.get(node.input[0])
    return node


def _constant(model: onnx.ModelProto, name: str) -> list[bytes | int] | None:
    for tensor in model.graph.initializer:
        if tensor.name == name:
            values: list[bytes | int] = onnx.numpy_helper.to_array(tensor).ravel().tolist()
            return values
    return None


def _labels(classes: list[bytes | int]) -> tuple[Label, ...] | None:
    try:
        return tuple(each.decode() if isinstance(each, bytes) else each for each in classes)
    except UnicodeDecodeError:
        return None
