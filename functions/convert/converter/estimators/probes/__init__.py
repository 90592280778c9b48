"""The rows on which the original and its ONNX form must predict the same, by kind.

:data:`inferx.manifest.PROBES` lists the kinds; each has a module of its own. Those that follow from
the model alone are drawn here; ``boundaries`` and ``differential`` are searched with a graph, and
``missing`` is asked apart, because a model may be served without missing values.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from converter.estimators.columns import NUMBER, TEXT
from converter.estimators.layout import Layout, Rows
from converter.estimators.probes.bits import are_same
from converter.estimators.probes.categories import of_categories
from converter.estimators.probes.domains import Domain
from converter.estimators.probes.effort import LEAST, Budget
from converter.estimators.probes.magnitudes import of_magnitudes
from converter.estimators.probes.thresholds import Node, on_thresholds
from converter.estimators.probes.typical import typical_rows


def drawn(
    estimator: Any,
    layout: Layout,
    typical: Rows,
    nodes: list[Node],
    budget: Budget,
    *,
    domain: Domain,
) -> Iterator[tuple[str, Rows]]:
    """Yield rows of each kind that follows from the model alone, as many as there is room for.

    Args:
        estimator: fitted and unwrapped.
        layout: its columns.
        typical: rows that it is known to predict.
        nodes: comparisons in it.
        budget: how many rows there is room for.
        domain: what rows may hold for it.
    """
    draw = np.random.default_rng(2)
    effort = budget.effort
    kinds = {column.kind for column in layout.columns}
    if nodes and (number := budget.rows(effort.thresholds)):
        yield "thresholds", on_thresholds(nodes, typical, number, draw, exact=are_same(estimator))
    if number := budget.rows(effort.categories):
        rows = of_categories(estimator, layout, typical, number, unknown=domain.unknown)
        if rows is not None:
            yield "categories", rows
    if NUMBER in kinds and (number := budget.rows(effort.magnitudes)):
        rows = of_magnitudes(layout, typical, number, draw)
        if rows is not None:
            yield "magnitudes", rows
    if TEXT in kinds and (number := budget.rows(effort.texts)):
        yield "texts", typical_rows(estimator, layout, number, domain=domain, seed=3)
    if (number := budget.rows(effort.typical) - LEAST) > 0:
        yield (
            "typical",
            typical_rows(estimator, layout, number, domain=domain, rounded=True, seed=4),
        )
