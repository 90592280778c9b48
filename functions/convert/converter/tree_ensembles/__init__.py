"""Faster and smaller forms of a graph's tree ensembles, with the same predictions.

First the branches are turned so that most rows go where the runtime looks next
(:mod:`converter.tree_ensembles.turning`). Then the nodes are written in fewer bytes: the classic
operators keep nine values for every node, leaves included, and every weight of a leaf.
``TreeEnsemble`` (ai.onnx.ml 5) keeps leaves apart; it has one weight a leaf, so a leaf with several
is spread over layers (:mod:`converter.tree_ensembles.layers`). Where that grows, the classic node
without its zeros is left.
https://onnx.ai/onnx/operators/onnx_aionnxml_TreeEnsemble.html
"""

from collections.abc import Callable, Iterator

import onnx

from converter.tree_ensembles.classic import CLASSIC, Ensemble, read
from converter.tree_ensembles.modern import modern_nodes
from converter.tree_ensembles.trimmed import trimmed_node
from converter.tree_ensembles.unrounded import without_rounding
from converter.tree_ensembles.widened import with_turned_branches

__all__ = ["better_forms", "without_rounding"]

type _Form = Callable[[onnx.NodeProto, Ensemble, str], list[onnx.NodeProto] | None]


def better_forms(model: onnx.ModelProto) -> Iterator[onnx.ModelProto]:
    """Yield copies of ``model`` with other tree nodes, the best first.

    The caller checks that they predict the same.
    """
    faster = with_turned_branches(model)
    if faster is not None:
        yield from _forms(faster)
        yield faster
    size = model.ByteSize()
    yield from (form for form in _forms(model) if form.ByteSize() < size)


def _forms(model: onnx.ModelProto) -> list[onnx.ModelProto]:
    """List the ways to write a model's tree nodes in other operators, the smallest first."""
    nodes = [node for node in model.graph.node if node.op_type in CLASSIC]
    ensembles = [read(node) for node in nodes]
    if not nodes or any(ensemble is None for ensemble in ensembles):
        return []
    known = {node.output[0]: ensemble for node, ensemble in zip(nodes, ensembles, strict=True)}
    forms = [_replaced(model, known, modern_nodes, 5), _replaced(model, known, trimmed_node, None)]
    return sorted((form for form in forms if form is not None), key=lambda form: form.ByteSize())


def _replaced(
    model: onnx.ModelProto,
    known: dict[str, Ensemble | None],
    form: _Form,
    opset: int | None,
) -> onnx.ModelProto | None:
    nodes: list[onnx.NodeProto] = []
    for number, node in enumerate(model.graph.node):
        ensemble = known.get(node.output[0])
        if ensemble is None:
            nodes.append(node)
            continue
        replacement = form(node, ensemble, f"trees{number}")
        if replacement is None:
            return None
        nodes.extend(replacement)
    changed = onnx.ModelProto()
    changed.CopyFrom(model)
    del changed.graph.node[:]
    changed.graph.node.extend(nodes)
    for entry in changed.opset_import:
        if opset is not None and entry.domain == "ai.onnx.ml":
            entry.version = opset
    return changed
