"""Trees as one node of the graph: thresholds and leaves as the library compares them.

https://onnx.ai/onnx/operators/onnx_aionnxml_TreeEnsembleRegressor.html: since version 3 of
ai.onnx.ml thresholds and weights may be doubles; they are then summed in doubles.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from onnx import numpy_helper
from skl2onnx.algebra.onnx_ops import OnnxTreeEnsembleClassifier_3, OnnxTreeEnsembleRegressor_3

_SINCE = 3


@dataclass(frozen=True)
class JoinedTrees:
    """All nodes of several trees, each tree's numbered from 0; children count within the tree.

    ``weights`` is ``(nodes, targets)``; NaN where a leaf adds nothing to a target. What an inner
    node has there is not used.
    """

    sizes: list[int]
    leaf: Any
    features: Any
    thresholds: Any
    left: Any
    right: Any
    missing_left: Any
    weights: Any
    hits: Any
    """How many rows of training reached each node."""
    dtype: Any = np.float64
    """Of thresholds and weights."""

    def _nodes(self) -> dict[str, Any]:
        inner = ~self.leaf
        return {
            "op_version": _SINCE,
            "nodes_treeids": self._trees().tolist(),
            "nodes_nodeids": self._positions().tolist(),
            "nodes_featureids": np.where(inner, self.features, 0).tolist(),
            "nodes_modes": np.where(inner, "BRANCH_LEQ", "LEAF").tolist(),
            **self._numbers("nodes_values", np.where(inner, self.thresholds, 0.0)),
            "nodes_truenodeids": np.where(inner, self.left, 0).tolist(),
            "nodes_falsenodeids": np.where(inner, self.right, 0).tolist(),
            "nodes_hitrates": self.hits.astype(float).tolist(),
            "nodes_missing_value_tracks_true": (inner & self.missing_left).astype(int).tolist(),
        }

    def _leaves(self, prefix: str) -> dict[str, Any]:
        nodes, targets = np.nonzero(self.leaf[:, np.newaxis] & ~np.isnan(self.weights))
        return {
            f"{prefix}_treeids": self._trees()[nodes].tolist(),
            f"{prefix}_nodeids": self._positions()[nodes].tolist(),
            f"{prefix}_ids": targets.tolist(),
            **self._numbers(f"{prefix}_weights", self.weights[nodes, targets]),
        }

    def _numbers(self, name: str, values: Any) -> dict[str, Any]:
        if self.dtype is np.float32:
            return {name: np.asarray(values, dtype=np.float32).tolist()}
        return {f"{name}_as_tensor": doubles(values)}

    def _trees(self) -> Any:
        return np.repeat(np.arange(len(self.sizes)), self.sizes)

    def _positions(self) -> Any:
        return np.concatenate([np.arange(size) for size in self.sizes])

    def sums(self, source: Any, base: Any = None) -> Any:
        """Return float32 sums ``(rows, targets)`` for ``source``, which has to be of ``dtype``."""
        given = {} if base is None else self._numbers("base_values", base)
        return OnnxTreeEnsembleRegressor_3(
            source,
            n_targets=self.weights.shape[1],
            **self._nodes(),
            **self._leaves("target"),
            **given,
        )

    def index_and_sums(self, source: Any) -> Any:
        """Return a node of two outputs: the first target with the largest sum, and the sums.

        The target is chosen among the sums in doubles, before they are rounded to float32. A last
        target without weights is added: with two, the runtime would compare one with a half.
        """
        return OnnxTreeEnsembleClassifier_3(
            source,
            classlabels_int64s=list(range(self.weights.shape[1] + 1)),
            **self._nodes(),
            **self._leaves("class"),
        )


def doubles(values: Any) -> Any:
    """Return a tensor of doubles, as the operator's attributes take it."""
    return numpy_helper.from_array(np.ascontiguousarray(values, dtype=np.float64))
