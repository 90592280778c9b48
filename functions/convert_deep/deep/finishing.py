"""From what the exporter wrote to one ONNX graph of standard operators, named as requests are."""

from pathlib import Path

import onnx
import onnx.inliner

from deep.network import Network
from exported import graph
from inferx.errors import Refused

_DOMAINS = {"", "ai.onnx", "ai.onnx.ml"}


def finished(network: Network, workspace: Path) -> onnx.ModelProto:
    """Export a network and return its graph, inlined, optimised, with its own names.

    Args:
        network: the network.
        workspace: where files may be written.

    Raises:
        Refused: the exporter has no ONNX form of it.
    """
    exported = workspace / "network.onnx"
    network.export(exported)
    model = onnx.load(exported)
    exported.unlink()
    if model.functions:
        model = onnx.inliner.inline_local_functions(model)
    model = graph.optimised(model, workspace)
    _check_operators(model.graph, network.title)
    _name(model, [each.name for each in network.inputs], network.outputs)
    return model


def _check_operators(body: onnx.GraphProto, title: str) -> None:
    for node in body.node:
        for inner in _bodies(node):
            _check_operators(inner, title)
        if node.domain not in _DOMAINS:
            raise Refused(
                f"{title} becomes a graph with the operator {node.domain[:50]}.{node.op_type[:50]},"
                " which is none of ONNX's own and is not served; build that layer of others."
            )


def _name(model: onnx.ModelProto, inputs: list[str], outputs: tuple[str, ...]) -> None:
    """Name the graph's inputs and outputs, in place."""
    body = model.graph
    weights = {each.name for each in body.initializer}
    given = [each for each in body.input if each.name not in weights]
    renamed = {
        **{value.name: name for value, name in zip(given, inputs, strict=True)},
        **{value.name: name for value, name in zip(body.output, outputs, strict=True)},
    }
    changed = {old: new for old, new in renamed.items() if old != new}
    for taken in _values(body) & set(changed.values()) - set(changed):
        changed[taken] = f"{taken}_inner"
    _rename(body, changed)


def _values(body: onnx.GraphProto) -> set[str]:
    names = {each.name for each in (*body.input, *body.output, *body.initializer)}
    for node in body.node:
        names.update((*node.input, *node.output))
        for inner in _bodies(node):
            names |= _values(inner)
    return names


def _rename(body: onnx.GraphProto, names: dict[str, str]) -> None:
    for each in (*body.input, *body.output, *body.initializer, *body.value_info):
        each.name = names.get(each.name, each.name)
    for node in body.node:
        for values in (node.input, node.output):
            for place, value in enumerate(values):
                values[place] = names.get(value, value)
        for inner in _bodies(node):
            _rename(inner, names)


def _bodies(node: onnx.NodeProto) -> list[onnx.GraphProto]:
    """Return the graphs in a node's attributes: bodies of loops and branches."""
    return [
        body
        for attribute in node.attribute
        for body in (
            *([attribute.g] if attribute.HasField("g") else []),
            *attribute.graphs,
        )
    ]
