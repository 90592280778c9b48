"""The columns of ``TreeEnsemble``: branches and leaves of every layer, numbered apart."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from converter.tree_ensembles.classic import Ensemble
from converter.tree_ensembles.layers import Layer, layers_of


@dataclass(frozen=True)
class NodeTable:
    """One row a branch, but for ``roots`` (a tree), ``targets`` and ``weights`` (a leaf)."""

    roots: Any
    features: Any
    splits: Any
    modes: Any
    missing: Any
    true: Any
    false: Any
    true_is_leaf: Any
    false_is_leaf: Any
    targets: Any
    weights: Any

    @classmethod
    def of(cls, ensemble: Ensemble) -> "NodeTable":
        """Number the branches and leaves of all layers, then of the constants.

        The trees keep their order, each one's layers together, so that every target is summed in
        the order in which the classic operator sums it.
        """
        tables, order = [], []
        branches = leaves = 0
        for layer in layers_of(ensemble):
            table, trees = _of_layer(ensemble, layer, branches, leaves)
            branches, leaves = branches + len(table.modes), leaves + len(table.weights)
            tables.append(table)
            order.append(trees)
        joined = _joined(tables)
        in_order = np.argsort(np.concatenate(order), kind="stable")
        joined = cls(**{**vars(joined), "roots": joined.roots[in_order]})
        if not any(ensemble.base):
            return joined
        return _joined([joined, _constants(ensemble, branches, leaves)])


def _of_layer(
    ensemble: Ensemble, layer: Layer, branches: int, leaves: int
) -> tuple[NodeTable, Any]:
    """Return one layer and its trees; a tree that is one leaf gets a branch above it."""
    trees = np.flatnonzero(layer.kept[ensemble.roots])
    roots = ensemble.roots[trees]
    inner = np.flatnonzero(layer.kept & ensemble.inner)
    alone = roots[~ensemble.inner[roots]]
    above = np.concatenate([inner, alone])
    number = np.zeros(len(ensemble.modes), dtype=np.int64)
    number[above] = np.arange(len(above)) + branches
    entries: list[Any] = []

    def side(children: Any) -> tuple[Any, Any]:
        ends = ~ensemble.inner[children] | ~layer.kept[children]
        first = leaves + sum(map(len, entries))
        entries.append(np.where(layer.kept[children], layer.entries[children], -1)[ends])
        return np.where(ends, first + np.cumsum(ends) - 1, number[children]), ends.astype(int)

    true, true_is_leaf = side(np.concatenate([ensemble.true[inner], alone]))
    false, false_is_leaf = side(np.concatenate([ensemble.false[inner], alone]))
    entry = np.concatenate(entries)
    return NodeTable(
        roots=number[roots],
        features=ensemble.features[above],
        splits=ensemble.splits[above],
        modes=np.maximum(ensemble.modes[above], 0),
        missing=ensemble.missing[above],
        true=true,
        false=false,
        true_is_leaf=true_is_leaf,
        false_is_leaf=false_is_leaf,
        targets=np.where(entry < 0, 0, ensemble.targets[entry]),
        weights=np.where(entry < 0, ensemble.dtype.type(0), ensemble.weights[entry]),
    ), trees


def _constants(ensemble: Ensemble, branches: int, leaves: int) -> NodeTable:
    """Return one tree per target with two equal leaves: the operator cannot add a constant."""
    count = len(ensemble.base)
    each, zeros = np.arange(count), np.zeros(count, dtype=np.int64)
    return NodeTable(
        roots=branches + each,
        features=zeros,
        splits=np.zeros(count, dtype=ensemble.dtype),
        modes=zeros,
        missing=zeros,
        true=leaves + 2 * each,
        false=leaves + 2 * each + 1,
        true_is_leaf=zeros + 1,
        false_is_leaf=zeros + 1,
        targets=np.repeat(each, 2),
        weights=np.repeat(np.asarray(ensemble.base, dtype=ensemble.dtype), 2),
    )


def _joined(tables: list[NodeTable]) -> NodeTable:
    return NodeTable(
        **{
            name: np.concatenate([vars(table)[name] for table in tables])
            for name in vars(tables[0])
        }
    )
