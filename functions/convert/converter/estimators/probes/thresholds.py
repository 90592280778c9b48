"""Rows on thresholds and beside them, each made to come to the node that compares with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from converter.estimators.layout import Rows
from converter.estimators.probes.placed import Placed
from converter.estimators.probes.rows import repeated
from converter.estimators.probes.sources import Source

_MARGIN = 1e-3
"""How far from its threshold a bracket of :func:`brackets` begins and ends, in spreads."""
LAST_BITS = 1e-6
"""What may be lost to float32 and to last bits on the way to a threshold, as a share."""


@dataclass(frozen=True)
class Node:
    """One comparison: which number with what, and the range of the others on the way to it."""

    placed: Placed
    source: Source
    threshold: float
    bounds: dict[int, tuple[float, float]]


def sampled_nodes(placed: Sequence[Placed], number: int) -> list[Node]:
    """Take at most ``number`` of the comparisons whose column is known, evenly over all trees."""
    inner = [_comparing(each) for each in placed]
    ends = np.cumsum([len(nodes) for nodes in inner])
    total = int(ends[-1]) if len(ends) else 0
    wanted = np.unique(np.linspace(0, total - 1, min(number, total)).astype(int)) if total else ()
    found: list[Node] = []
    last, parents = -1, {}
    for at in np.asarray(wanted, dtype=int).tolist():
        which = int(np.searchsorted(ends, at, side="right"))
        tree = placed[which].tree
        if which != last:
            last, parents = which, tree.parents()
        node = int(inner[which][at - (int(ends[which - 1]) if which else 0)])
        source = placed[which].sources[int(tree.feature[node])]
        if source is not None:
            bounds = tree.bounds(node, parents)
            found.append(Node(placed[which], source, float(tree.threshold[node]), bounds))
    return found


def on_thresholds(
    nodes: Sequence[Node], typical: Rows, number: int, draw: np.random.Generator, *, exact: bool
) -> Rows:
    """Make rows whose value at a node is its threshold, or a number next to it.

    Args:
        nodes: where to.
        typical: rows to change.
        number: how many rows.
        draw: a generator.
        exact: whether the values that are compared have the same bits in both models; else rows
            are kept a little off their thresholds.
    """
    rows = repeated(typical, number)
    for row in range(number):
        node = nodes[row * len(nodes) // number]
        _lead(rows, row, node, draw)
        _put(rows, row, node.source, node.threshold, near=(row, exact), draw=draw)
    return rows


def brackets(
    nodes: Sequence[Node], typical: Rows, draw: np.random.Generator
) -> tuple[Rows, Rows, Any]:
    """Make pairs of rows on both sides of thresholds.

    Returns:
        the rows below, the rows above, and the column in which each pair differs.
    """
    nodes = [node for node in nodes if not node.source.names_values]
    low = repeated(typical, len(nodes))
    for row, node in enumerate(nodes):
        _lead(low, row, node, draw)
    high = [column.copy() for column in low]
    for row, node in enumerate(nodes):
        column = node.source.column
        value = _number(node.source, node.threshold)
        step = _MARGIN * (1 + abs(value))
        low[column][row], high[column][row] = value - step, value + step
    return low, high, np.array([node.source.column for node in nodes], dtype=int)


def neighbours_of(value: float) -> list[float]:
    """Return a number and those next to it: in float64, in float32, and as people write them."""
    with np.errstate(over="ignore"):
        single = np.float32(value)
        below, above = np.nextafter(single, np.array([-np.inf, np.inf], dtype="f4")).tolist()
    middle = float(single)
    return [
        value,
        *np.nextafter(value, [-np.inf, np.inf]).tolist(),
        middle,
        below,
        above,
        (middle + below) / 2,  # halfway: where rounding to float32 turns
        (middle + above) / 2,
        float(np.floor(value)),
        float(np.ceil(value)),
        *(round(value, digits) for digits in (1, 2, 3)),
    ]


def beside(value: float) -> list[float]:
    """Return numbers near one, and as people write it, but none that rounding makes equal to it."""
    size = 1 + abs(value)
    near = [value + share * size for share in (-1e-3, -1e-5, -LAST_BITS, LAST_BITS, 1e-5, 1e-3)]
    written = [float(np.floor(value)), float(np.ceil(value))]
    written += [round(value, digits) for digits in (1, 2, 3)]
    return near + [each for each in written if abs(each - value) > LAST_BITS * size]


def _comparing(placed: Placed) -> Any:
    known = np.array([source is not None for source in placed.sources], dtype=bool)
    feature = placed.tree.feature
    inside = (feature >= 0) & (feature < len(known))
    return np.flatnonzero(inside & known[np.where(inside, feature, 0)]) if len(known) else inside


def _lead(rows: Rows, row: int, node: Node, draw: np.random.Generator) -> None:
    """Give a row the values that lead it to a node, where their columns are known."""
    for feature, (low, high) in node.bounds.items():
        source = node.placed.sources[feature]
        if source is None:
            continue
        reach = (1 + abs(low if np.isfinite(low) else high)) * draw.random()
        start = low if np.isfinite(low) else high - reach
        end = high if np.isfinite(high) else low + reach
        _put(rows, row, source, start + (end - start) * draw.uniform(0.1, 1))


def _put(
    rows: Rows,
    row: int,
    source: Source,
    number: float,
    *,
    near: tuple[int, bool] | None = None,
    draw: np.random.Generator | None = None,
) -> None:
    if source.names_values:
        other = number if draw is None else number + draw.choice([-0.25, 0.25])
        value = np.ravel(source.back(np.array([other])))[0]
    else:
        value = _number(source, number)
        if near is not None:
            turn, exact = near
            choices = neighbours_of(value) if exact else beside(value)
            value = choices[turn % len(choices)]
        if not np.isfinite(value):
            return
    rows[source.column][row] = value


def _number(source: Source, number: float) -> float:
    with np.errstate(all="ignore"):
        return float(np.ravel(source.back(np.array([number])))[0])
