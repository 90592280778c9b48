"""Turns branches so that most rows go where onnxruntime looks next.

The runtime puts the node for a false condition right behind its parent, and walks every tree with
the same branch instruction. The more often conditions are false, the more often a processor guesses
that instruction and has the next node in its cache. How often a node was reached in training is in
the standard's ``nodes_hitrates``; where that is missing, the leaves below a node stand for it.

``x <= t`` is turned by comparing the negated feature: it is false exactly where ``-x`` is at most
the number before ``-t``. So the input is widened by its negated columns. A missing value makes
every condition false; where it has to make one true, the feature is read from columns that hold
minus infinity in its place.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from converter.tree_ensembles.classic import Ensemble

LEAST_COMPARISONS = 300
"""For one row. Below that, the nodes that widen the input take longer than what they save."""
_AT_MOST, _LESS = 0, 1
NEGATED, LOWEST = 1, 2
"""Bits of a form of the columns: negated, and with minus infinity for missing values."""


@dataclass(frozen=True)
class Turned:
    """An ensemble over a wider input, which has the columns once in each of ``forms``."""

    ensemble: Ensemble
    forms: tuple[int, ...]


def turned(ensemble: Ensemble, width: int, *, takes_missing: bool = True) -> Turned | None:
    """Turn the branches of an ensemble that most rows leave by a true condition.

    Args:
        ensemble: trees that compare by ``<=`` or ``<``.
        width: how many columns the input has.
        takes_missing: whether a value of the input may be NaN.

    Returns:
        ``None`` where it cannot be done, or would gain nothing.
    """
    inner = ensemble.inner
    if ensemble.shares_branches or not inner.any():
        return None
    limits = _limits(ensemble)
    if limits is None:
        return None
    hits = popularity(ensemble)
    comparisons = (hits[inner] / _of_roots(ensemble, hits)[inner]).sum()
    if comparisons < max(LEAST_COMPARISONS, width):
        return None
    lowest = ensemble.dtype.type(-np.inf)
    wanted = hits[ensemble.true] > hits[ensemble.false]
    turn = inner & wanted & (limits < np.inf)  # no negated number stands for "all but NaN"
    missing = ensemble.missing.astype(bool) ^ turn
    form = np.where(turn, NEGATED, 0) + np.where(missing & takes_missing, LOWEST, 0)
    forms = np.unique(form[inner])
    columns = np.searchsorted(forms, form) * width + ensemble.features
    changed = replace(
        ensemble,
        modes=np.where(inner, _AT_MOST, ensemble.modes),
        features=np.where(inner, columns, ensemble.features),
        splits=np.where(turn, np.nextafter(-limits, lowest), limits),
        true=np.where(turn, ensemble.false, ensemble.true),
        false=np.where(turn, ensemble.true, ensemble.false),
        missing=np.zeros_like(ensemble.missing),
    )
    return Turned(changed, tuple(forms.tolist()))


def _limits(ensemble: Ensemble) -> Any:
    """Return the largest number for which each condition is true; ``None`` where one has none."""
    inner = ensemble.inner
    splits = np.where(inner, ensemble.splits, ensemble.dtype.type(0))
    less = inner & (ensemble.modes == _LESS)
    if not np.isin(ensemble.modes[inner], (_AT_MOST, _LESS)).all() or np.isnan(splits).any():
        return None
    if np.isneginf(splits[less]).any():
        return None
    return np.where(less, np.nextafter(splits, ensemble.dtype.type(-np.inf)), splits)


def popularity(ensemble: Ensemble) -> Any:
    """Return how often each node was reached in training, or else how many leaves it is above."""
    if ensemble.hits is not None and len(np.unique(ensemble.hits)) > 1:
        return ensemble.hits
    leaves = (~ensemble.inner).astype(np.float64)
    for parents in reversed(_levels(ensemble)):
        leaves[parents] = leaves[ensemble.true[parents]] + leaves[ensemble.false[parents]]
    return leaves


def _of_roots(ensemble: Ensemble, hits: Any) -> Any:
    """Return for each node how often its tree's root was reached."""
    whole = np.ones(len(hits))
    whole[ensemble.roots] = np.maximum(hits[ensemble.roots], 1)
    for parents in _levels(ensemble):
        whole[ensemble.true[parents]] = whole[ensemble.false[parents]] = whole[parents]
    return whole


def _levels(ensemble: Ensemble) -> list[Any]:
    """List the branches at each depth, the roots first."""
    levels = []
    nodes = ensemble.roots
    while len(nodes := nodes[ensemble.inner[nodes]]):
        levels.append(nodes)
        nodes = np.concatenate([ensemble.true[nodes], ensemble.false[nodes]])
    return levels
