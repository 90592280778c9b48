"""Outputs that are sequences or maps, rewritten to the tensors that they are made of.

Converters of classifiers end their graphs with a ``ZipMap``, which turns the matrix of
probabilities into one dictionary a row. The matrix and the labels of its columns hold the same.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import onnx

from converter.uploaded_onnx.parts import attribute_of
from exported.graph import kind_of
from inferx.errors import Refused

_OPSET = 13  # for a file that imports no standard operators: CatBoost's
_SHOWN = 300
_SENTENCES = 10


@dataclass
class Columns:
    """The labels of the columns of outputs that were dictionaries, by the outputs' names."""

    labels: dict[str, tuple[str | int, ...]] = field(default_factory=dict)

    def sentences(self, *, but: str | None) -> list[str]:
        """Return a sentence on the labels of each output except one that has them elsewhere."""
        return [
            f"The columns of output '{output[:100]}' are for these labels: {_shown(labels)}."
            for output, labels in self.labels.items()
            if output != but
        ][:_SENTENCES]


def _shown(labels: Iterable[str | int]) -> str:
    listed = ", ".join(map(str, labels))
    return listed if len(listed) <= _SHOWN else listed[: _SHOWN - 1] + "…"


def make_outputs_tensors(model: onnx.ModelProto) -> Columns:
    """Replace each output that is a sequence or a map by tensors, in place.

    A ``ZipMap`` becomes the matrix that it reads, under the output's own name. A sequence that
    the graph lists becomes one output for each of its tensors, their places added to the name.

    Raises:
        Refused: for a sequence whose length only a run shows, and for optional values.
    """
    columns = Columns()
    producers = {name: node for node in model.graph.node for name in node.output}
    outputs = []
    for output in model.graph.output:
        if output.type.WhichOneof("value") == "tensor_type":
            outputs.append(output)
            continue
        maker = _maker(producers, output.name)
        if maker is None or _is_read(model.graph, output.name):
            raise _refusal(output, maker)
        elements: list[onnx.ValueInfoProto]
        if maker.op_type == "ZipMap":
            labels = _labels(maker)
            columns.labels[output.name] = labels
            elements = [_matrix(output.name, len(labels))]
        elif maker.op_type == "SequenceConstruct":
            elements = _elements(output, len(maker.input))
        else:
            raise _refusal(output, maker)
        _replace(model.graph, producers[output.name], maker.input, elements)
        outputs.extend(elements)
    if len({output.name for output in outputs}) != len(outputs):
        raise Refused("Two outputs of the model have the same name.")
    if outputs != list(model.graph.output):
        del model.graph.output[:]
        model.graph.output.extend(outputs)
        _drop_unread(model.graph)
        _import_standard_operators(model)
    return columns


def _maker(producers: Mapping[str, onnx.NodeProto], name: str) -> onnx.NodeProto | None:
    node = producers.get(name)
    while node is not None and node.op_type == "Identity":
        node = producers.get(node.input[0])
    return node


def _is_read(graph: onnx.GraphProto, name: str) -> bool:
    return any(name in node.input for node in graph.node)


def _labels(zip_map: onnx.NodeProto) -> tuple[str | int, ...]:
    texts = attribute_of(zip_map, "classlabels_strings")
    try:
        labels = [text.decode() for text in texts or ()]
    except UnicodeDecodeError:
        raise Refused("The labels of the model's ZipMap are not UTF-8 text.") from None
    return tuple(labels or attribute_of(zip_map, "classlabels_int64s") or ())


def _matrix(name: str, width: int) -> onnx.ValueInfoProto:
    return onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, [None, width])


def _elements(output: onnx.ValueInfoProto, count: int) -> list[onnx.ValueInfoProto]:
    tensor = output.type.sequence_type.elem_type.tensor_type
    elements = []
    for place in range(count):
        element = onnx.ValueInfoProto(name=f"{output.name}_{place}")
        element.type.tensor_type.elem_type = tensor.elem_type
        elements.append(element)
    return elements


def _replace(
    graph: onnx.GraphProto,
    node: onnx.NodeProto,
    sources: Iterable[str],
    targets: Iterable[onnx.ValueInfoProto],
) -> None:
    """Put nodes that copy the sources to the targets where ``node`` is."""
    place = next(at for at, each in enumerate(graph.node) if each is node or each == node)
    copies = [
        onnx.helper.make_node("Identity", [source], [target.name])
        for source, target in zip(sources, targets, strict=True)
    ]
    following = list(graph.node)[place + 1 :]
    del graph.node[place:]
    graph.node.extend([*copies, *following])


def _drop_unread(graph: onnx.GraphProto) -> None:
    """Drop what fed nothing but a sequence or a map, in place."""
    read = {output.name for output in graph.output}
    kept = []
    for node in reversed(graph.node):
        if read.intersection(node.output):
            kept.append(node)
            read.update(_reads(node))
    del graph.node[:]
    graph.node.extend(reversed(kept))


def _reads(node: onnx.NodeProto) -> set[str]:
    """Return every value that a node reads, the graphs in its attributes included."""
    names = set(node.input)
    for attribute in node.attribute:
        for body in (attribute.g, *attribute.graphs):  # an empty graph, if there is none
            names.update(output.name for output in body.output)
            for inner in body.node:
                names.update(_reads(inner))
    return names


def _import_standard_operators(model: onnx.ModelProto) -> None:
    if all(entry.domain not in ("", "ai.onnx") for entry in model.opset_import):
        model.opset_import.append(onnx.helper.make_opsetid("", _OPSET))


def _refusal(output: onnx.ValueInfoProto, maker: onnx.NodeProto | None) -> Refused:
    kind = kind_of(output)
    made = f" made by {maker.op_type}" if maker is not None else ""
    return Refused(
        f"Output '{output.name[:100]}' of the model is {kind}{made}, and only tensors are "
        "served; export the model with tensors as its outputs."
    )
