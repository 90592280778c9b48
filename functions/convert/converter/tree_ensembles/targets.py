"""Parts an ensemble of several targets into ensembles of one."""

from dataclasses import replace
from typing import Any

import numpy as np

from converter.tree_ensembles.classic import Ensemble


def by_target(ensemble: Ensemble) -> list[Ensemble]:
    """Return an ensemble for each target.

    There is none where a tree has weights for several targets, or a target has no tree. Trees
    keep their order, so every sum is added up in the same order.
    """
    tree = _trees(ensemble)
    targets = np.full(len(ensemble.roots), -1)
    targets[tree[ensemble.leaves]] = ensemble.targets
    if (targets[tree[ensemble.leaves]] != ensemble.targets).any():
        return []
    if set(targets.tolist()) != set(range(ensemble.count)):
        return []
    return [_of(ensemble, target, targets[tree] == target) for target in range(ensemble.count)]


def _trees(ensemble: Ensemble) -> Any:
    """Return the number of each node's tree."""
    numbers = np.zeros(len(ensemble.modes), dtype=np.int64)
    numbers[ensemble.roots] = np.arange(len(ensemble.roots))
    nodes = ensemble.roots
    while len(nodes := nodes[ensemble.inner[nodes]]):
        for children in (ensemble.true[nodes], ensemble.false[nodes]):
            numbers[children] = numbers[nodes]
        nodes = np.concatenate([ensemble.true[nodes], ensemble.false[nodes]])
    return numbers


def _of(ensemble: Ensemble, target: int, kept: Any) -> Ensemble:
    """Return the trees whose nodes are ``kept``, which add to a single target."""
    number = np.cumsum(kept) - 1
    columns = ("modes", "features", "splits", "missing")
    mine = kept[ensemble.leaves]
    return replace(
        ensemble,
        **{name: getattr(ensemble, name)[kept] for name in columns},
        true=np.where(ensemble.inner, number[ensemble.true], 0)[kept],
        false=np.where(ensemble.inner, number[ensemble.false], 0)[kept],
        roots=number[ensemble.roots[kept[ensemble.roots]]],
        leaves=number[ensemble.leaves[mine]],
        targets=np.zeros(int(mine.sum()), dtype=np.int64),
        weights=ensemble.weights[mine],
        base=ensemble.base[target : target + 1],
        hits=None,
        count=1,
    )
