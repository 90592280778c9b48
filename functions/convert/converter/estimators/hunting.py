"""Searches with a graph for rows on which it may differ from the original, and asks it for them."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from converter.estimators.asking import Answered
from converter.estimators.columns import NUMBER, TEXT
from converter.estimators.layout import Rows
from converter.estimators.original import Original
from converter.estimators.predictions import Predictions
from converter.estimators.probes.bits import are_same, votes_on_labels
from converter.estimators.probes.boundaries import Predict, of_jumps, of_labels
from converter.estimators.probes.differential import moved, of_differences
from converter.estimators.probes.effort import LEAST
from converter.estimators.probes.rows import joined, repeated, taken, with_values_of
from converter.estimators.probes.thresholds import brackets
from converter.estimators.probes.typical import typical_rows
from converter.estimators.running import Running

_SHARE_OF_TIME = 0.2
"""Of the time that is left, what one search may take."""
_RUNS = 80
"""How often a search for boundaries runs the graph."""
_FEW = 16
"""Rows that are enough to time a slow graph."""
_SLOW_S = 0.05
"""From how long a few rows take the graph is slow."""


_CUT_SHORT = (
    "Not all searches for rows that the two models might predict differently were made: they take "
    "more memory than the converter has."
)


@dataclass(frozen=True)
class Hunt:
    """The original's predictions for the rows that were found, by kind."""

    found: Mapping[str, Answered]
    warnings: tuple[str, ...] = ()


def hunted(original: Original, running: Running, other: Callable[[], Running | None]) -> Hunt:
    """Return the original's predictions for the rows that were found.

    Args:
        original: what to ask.
        running: the graph to be proved.
        other: makes its form in the other type, if there is one to compare with.
    """
    found: dict[str, Answered] = {}
    searched = _searched(original, running, other)
    while True:
        try:
            kind, rows = next(searched)
        except StopIteration:
            return Hunt(found)
        except MemoryError:
            return Hunt(found, (_CUT_SHORT,))
        except Exception:  # noqa: BLE001  # a graph that fails on a row predicts nothing for it
            return Hunt(found)
        answered = original.asking.try_to_ask(rows)
        if answered is not None:
            found[kind] = answered


def _searched(
    original: Original, running: Running, other: Callable[[], Running | None]
) -> Iterator[tuple[str, Rows]]:
    kinds = {column.kind for column in original.layout.columns}
    if NUMBER not in kinds:
        return
    a_row = _seconds_a_row(running, original.typical.rows)
    limit = max(original.budget.left, 0) * _SHARE_OF_TIME / max(a_row, 1e-9)
    effort = original.budget.effort
    rows = _boundaries(original, running.predictions, min(effort.pairs, int(limit / _RUNS)))
    if rows is not None:
        yield "boundaries", rows
    number = min(original.budget.rows(effort.searched), int(limit / 2))
    if number > LEAST and TEXT not in kinds:
        rows = _differences(original, running, other, number)
        if rows is not None:
            yield "differential", rows


def _seconds_a_row(running: Running, rows: Rows) -> float:
    """Time the graph on a few rows, and on more of them where these take next to no time."""
    for number in (_FEW, LEAST):
        started = time.monotonic()
        running.predictions(taken(rows, slice(number)))
        seconds = time.monotonic() - started
        if seconds > _SLOW_S:
            break
    return seconds / number


def _boundaries(original: Original, predict: Predict, pairs: int) -> Rows | None:
    until = time.monotonic() + max(original.budget.left, 0) * _SHARE_OF_TIME

    def left() -> float:
        return until - time.monotonic()

    typical = original.typical.rows
    if pairs == 0:
        return None
    if not original.jumps or votes_on_labels(original.estimator):
        if original.typical.predictions.labels is None:
            return None
        return of_labels(predict, original.layout, typical, pairs, left)
    exact = are_same(original.estimator)
    return of_jumps(predict, *_pairs(original, pairs), left, exact=exact)


def _pairs(original: Original, number: int) -> tuple[Rows, Rows, Any]:
    """Make pairs of rows that differ in one number: around thresholds, and of typical rows."""
    draw = np.random.default_rng(5)
    typical = original.typical.rows
    columns = original.layout.columns
    numbers = [place for place, column in enumerate(columns) if column.kind == NUMBER]
    low = repeated(typical, number)
    chosen = draw.choice(numbers, number)
    high = with_values_of(low, taken(low, draw.permutation(number)), chosen)
    if not original.nodes:
        return low, high, chosen
    spread = np.linspace(0, len(original.nodes) - 1, min(number, len(original.nodes)))
    nodes = [original.nodes[place] for place in spread.astype(int)]
    below, above, at = brackets(nodes, typical, draw)
    return joined([low, below]), joined([high, above]), np.concatenate([chosen, at])


def _differences(
    original: Original, running: Running, other: Callable[[], Running | None], number: int
) -> Rows | None:
    rows = typical_rows(
        original.estimator,
        original.layout,
        number,
        domain=original.domain,
        rounded=True,
        seed=6,
    )
    asked = original.budget.rows(original.budget.effort.asked)
    form = other()
    if form is not None:
        return of_differences(running.predictions, form.predictions, rows, asked)

    def beside(given: Rows) -> Predictions:
        return running.predictions(moved(given, original.layout, running.dtype))

    return of_differences(running.predictions, beside, rows, asked)
