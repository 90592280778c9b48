"""Writes turned branches into a graph: the wider inputs, and classic nodes over them."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import onnx
from onnx import helper, numpy_helper

from converter.tree_ensembles.classic import CLASSIC, Ensemble, read
from converter.tree_ensembles.turning import LOWEST, NEGATED, turned


def with_turned_branches(model: onnx.ModelProto) -> onnx.ModelProto | None:
    """Return a copy whose tree nodes have turned branches; ``None`` where none gains by it."""
    tensors = _tensors(model)
    makers = {output: node for node in model.graph.node for output in node.output}
    inputs = _Inputs()
    nodes: list[onnx.NodeProto] = []
    for node in model.graph.node:
        ensemble = read(node) if node.op_type in CLASSIC else None
        source = node.input[0] if node.input else ""
        width = tensors.get((source, ensemble.dtype)) if ensemble else None
        missing = not _is_filled_in(makers, source)
        found = turned(ensemble, width, takes_missing=missing) if ensemble and width else None
        if found is None:
            nodes.append(node)
            continue
        wider = inputs.widened(source, found.forms, found.ensemble.dtype)
        nodes += [*inputs.taken(), _changed(node, found.ensemble, wider)]
    if not inputs.known:
        return None
    changed = onnx.ModelProto()
    changed.CopyFrom(model)
    del changed.graph.node[:]
    changed.graph.node.extend(nodes)
    return changed


@dataclass
class _Inputs:
    """The wider inputs made so far, by what they are made of."""

    known: dict[tuple[str, tuple[int, ...]], str] = field(default_factory=dict)
    waiting: list[onnx.NodeProto] = field(default_factory=list)

    def widened(self, source: str, forms: tuple[int, ...], dtype: Any) -> str:
        """Return the name of the tensor with all ``forms`` of a source, in their order."""
        key = source, forms
        if key not in self.known:
            self.known[key] = f"{source}_in_{'_'.join(map(str, forms))}"
            self._add(source, forms, self.known[key], dtype)
        return self.known[key]

    def taken(self) -> list[onnx.NodeProto]:
        """Return the nodes added since the last call."""
        nodes, self.waiting = self.waiting, []
        return nodes

    def _add(self, source: str, forms: tuple[int, ...], result: str, dtype: Any) -> None:
        names = {0: source, NEGATED: f"{result}_negated"}
        if any(form & NEGATED for form in forms):
            self.waiting.append(helper.make_node("Neg", [source], [names[NEGATED]]))
        if any(form & LOWEST for form in forms):
            lowest, missing = f"{result}_lowest", f"{result}_missing"
            value = numpy_helper.from_array(np.array([-np.inf], dtype=dtype), lowest)
            self.waiting.append(helper.make_node("Constant", [], [lowest], value=value))
            self.waiting.append(helper.make_node("IsNaN", [source], [missing]))
        for form in forms:
            if form & LOWEST:
                names[form] = f"{result}_{form}"
                inputs = [missing, lowest, names[form & NEGATED]]
                self.waiting.append(helper.make_node("Where", inputs, [names[form]]))
        together = [names[form] for form in forms]
        self.waiting.append(helper.make_node("Concat", together, [result], axis=1))


def _changed(node: onnx.NodeProto, ensemble: Ensemble, source: str) -> onnx.NodeProto:
    """Return the classic node with an ensemble's nodes in place of its own."""
    given = {entry.name: helper.get_attribute_value(entry) for entry in node.attribute}
    numbers = np.asarray(given["nodes_nodeids"])
    inner = ensemble.inner
    values: dict[str, Any] = {
        "nodes_featureids": ensemble.features.tolist(),
        "nodes_modes": np.where(inner, "BRANCH_LEQ", "LEAF").tolist(),
        "nodes_truenodeids": np.where(inner, numbers[ensemble.true], 0).tolist(),
        "nodes_falsenodeids": np.where(inner, numbers[ensemble.false], 0).tolist(),
    }
    if "nodes_values_as_tensor" in given:
        values["nodes_values_as_tensor"] = numpy_helper.from_array(ensemble.splits, "splits")
    else:
        values["nodes_values"] = ensemble.splits.tolist()
    changed = onnx.NodeProto()
    changed.CopyFrom(node)
    changed.input[0] = source
    del changed.attribute[:]
    dropped = ("nodes_missing_value_tracks_true", *values)
    changed.attribute.extend(each for each in node.attribute if each.name not in dropped)
    changed.attribute.extend(helper.make_attribute(*pair) for pair in values.items())
    return changed


def _tensors(model: onnx.ModelProto) -> dict[tuple[str, Any], int]:
    """Return how many columns each tensor of numbers has, by its name and type."""
    inferred = onnx.shape_inference.infer_shapes(model).graph
    found = {}
    for value in (*inferred.input, *inferred.value_info):
        tensor = value.type.tensor_type
        dims = tensor.shape.dim
        if tensor.elem_type and len(dims) == 2 and dims[1].dim_value > 0:  # a table
            dtype = helper.tensor_dtype_to_np_dtype(tensor.elem_type)
            found[value.name, dtype] = dims[1].dim_value
    return found


def _is_filled_in(makers: dict[str, onnx.NodeProto], name: str) -> bool:
    """Return whether a tensor has numbers in place of the NaN in what it is made of."""
    node = makers.get(name)
    if node is None or node.op_type != "Where":
        return False
    condition = makers.get(node.input[0])
    if condition is None or condition.op_type != "IsNaN":
        return False
    return bool(condition.input[0] == node.input[2])
