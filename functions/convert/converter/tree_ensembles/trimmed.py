"""The classic node without what it need not say: weights of zero, and how often a node was hit."""

import numpy as np
import onnx
from onnx import helper

from converter.tree_ensembles.classic import CLASSIC, Ensemble

_HITS = "nodes_hitrates"


def trimmed_node(node: onnx.NodeProto, ensemble: Ensemble, _: str) -> list[onnx.NodeProto] | None:
    """Return the node with fewer entries; ``None`` where a zero could decide between classes."""
    kind = CLASSIC[node.op_type]
    given = {entry.name: helper.get_attribute_value(entry) for entry in node.attribute}
    if f"{kind}_weights" not in given:  # in doubles, and without zeros already
        return [_without_hits(node)]
    weights = np.asarray(given[f"{kind}_weights"])
    if (weights < 0).any() or ensemble.count == 1:
        return None
    kept = np.flatnonzero(weights != 0)
    if not len(kept):  # every prediction is the base; the operator needs a weight
        return None
    parallel = [f"{kind}_{part}" for part in ("treeids", "nodeids", "ids", "weights")]
    changed = _without_hits(node)
    for entry in changed.attribute:
        if entry.name in parallel:
            values = [given[entry.name][position] for position in kept]
            entry.CopyFrom(helper.make_attribute(entry.name, values))
    return [changed]


def _without_hits(node: onnx.NodeProto) -> onnx.NodeProto:
    changed = onnx.NodeProto()
    changed.CopyFrom(node)
    del changed.attribute[:]
    changed.attribute.extend(entry for entry in node.attribute if entry.name != _HITS)
    return changed
