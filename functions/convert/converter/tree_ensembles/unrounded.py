"""Sums of trees without the rounding that the classic operators end with.

Those give float32, whatever the trees are in. Where a graph goes on in float64, it casts the sums
back, and what was rounded away is lost between two casts. ``TreeEnsemble`` gives its sums in the
type of its trees, so both casts can go.
"""

from collections.abc import Iterator

import onnx
from onnx import TensorProto, helper


def without_rounding(model: onnx.ModelProto) -> onnx.ModelProto | None:
    """Return a copy that keeps sums of trees in float64; ``None`` where none is rounded.

    Its predictions differ from those of ``model`` in the last bits of a float32.
    """
    exact = _sums_in_doubles(model)
    pairs = {
        first.input[0]: (first, second)  # one of each sum: what is kept has one name
        for first in model.graph.node
        if _casts_to(first, TensorProto.FLOAT) and first.input[0] in exact
        for second in _only_use(model, first.output[0])
        if _casts_to(second, TensorProto.DOUBLE)
    }
    if not pairs:
        return None
    dropped = {node.output[0] for pair in pairs.values() for node in pair}
    names = {source: second.output[0] for source, (_, second) in pairs.items()}
    changed = onnx.ModelProto()
    changed.CopyFrom(model)
    del changed.graph.node[:]
    for node in model.graph.node:
        if node.output[0] in dropped:
            continue
        kept = changed.graph.node.add()
        kept.CopyFrom(node)
        for values in (kept.input, kept.output):
            values[:] = [names.get(name, name) for name in values]
    return changed


def _sums_in_doubles(model: onnx.ModelProto) -> set[str]:
    """Return the names of sums of trees in float64, each or side by side."""
    found: set[str] = set()
    for node in model.graph.node:
        if node.op_type == "TreeEnsemble":
            splits = next(entry.t for entry in node.attribute if entry.name == "nodes_splits")
            if splits.data_type == TensorProto.DOUBLE:
                found.add(node.output[0])
        elif node.op_type == "Concat" and found.issuperset(node.input):
            found.add(node.output[0])
    return found


def _casts_to(node: onnx.NodeProto, kind: int) -> bool:
    return node.op_type == "Cast" and any(
        helper.get_attribute_value(entry) == kind for entry in node.attribute if entry.name == "to"
    )


def _only_use(model: onnx.ModelProto, name: str) -> Iterator[onnx.NodeProto]:
    """Yield the node that alone takes a value; nothing where more than one thing does."""
    uses = [node for node in model.graph.node if name in node.input]
    if len(uses) == 1 and all(output.name != name for output in model.graph.output):
        yield uses[0]
