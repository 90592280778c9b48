"""What an uploaded graph shows of the rows that it was trained on: thresholds, centres, words."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

import numpy as np
import onnx
from onnx import numpy_helper

from converter.uploaded_onnx.parts import attribute_of
from inferx.signature import Feature

_CLASSIC = ("TreeEnsembleClassifier", "TreeEnsembleRegressor")
_WORDS = ("cats_strings", "keys_strings", "classes_strings")
_UNCHANGED = ("Cast", "Identity", "Reshape", "Flatten")
_PICKING = ("ArrayFeatureExtractor", "Gather")


def values_for(
    model: onnx.ModelProto, features: Iterable[Feature]
) -> dict[tuple[str, int], str | float]:
    """Return a value of each feature whose input shows one, by its input and column.

    Only what reads an input directly shows what is in its columns.
    """
    strings = {(each.input, each.column) for each in features if each.kind == "string"}
    origins = _origins(model)
    found: dict[tuple[str, int], list[str | float]] = defaultdict(list)
    for node in model.graph.node:
        if not node.input or node.input[0] not in origins:
            continue
        name, first = origins[node.input[0]]
        for column, number in _numbers(node):
            found[name, first + column].append(number)
        if (name, first) in strings:
            found[name, first].extend(_words(node))
    return {place: _middle(values) for place, values in found.items() if values}


def _origins(model: onnx.ModelProto) -> Mapping[str, tuple[str, int]]:
    """Return which input each value is, unchanged, and which of its columns comes first in it."""
    constants = {tensor.name: tensor for tensor in model.graph.initializer}
    origins = {value.name: (value.name, 0) for value in model.graph.input}
    for node in model.graph.node:
        if not node.input or node.input[0] not in origins:
            continue
        name, first = origins[node.input[0]]
        if node.op_type in _UNCHANGED:
            origins[node.output[0]] = (name, first)
        elif node.op_type in _PICKING and node.input[1] in constants:
            columns = numpy_helper.to_array(constants[node.input[1]]).ravel()
            if len(columns) == 1:
                origins[node.output[0]] = (name, first + int(columns[0]))
    return origins


def _numbers(node: onnx.NodeProto) -> Iterable[tuple[int, float]]:
    """Return numbers around which a node's input was, with its columns."""
    if node.op_type in _CLASSIC:
        return _thresholds(node)
    return enumerate(attribute_of(node, "offset") or ()) if node.op_type == "Scaler" else ()


def _thresholds(node: onnx.NodeProto) -> Iterable[tuple[int, float]]:
    columns = attribute_of(node, "nodes_featureids") or ()
    modes = attribute_of(node, "nodes_modes") or ()
    values = attribute_of(node, "nodes_values") or ()
    return [
        (int(column), float(value))
        for column, mode, value in zip(columns, modes, values, strict=False)
        if mode != b"LEAF" and np.isfinite(value)
    ]


def _words(node: onnx.NodeProto) -> list[str]:
    if node.op_type not in ("OneHotEncoder", "LabelEncoder", "CategoryMapper"):
        return []
    words = (attribute_of(node, name) for name in _WORDS)
    return [word.decode(errors="replace") for given in words for word in given or ()][:1]


def _middle(values: list[str | float]) -> str | float:
    if isinstance(values[0], str):
        return values[0]
    return float(f"{np.median(np.asarray(values, dtype=float)):.3g}")
