"""The original: what it takes, and its predictions for generated rows of every kind."""

import time
import traceback
from dataclasses import dataclass
from typing import Any

from converter.estimators.asking import Answered, Asking, together
from converter.estimators.categories import refuse_inner_sets
from converter.estimators.columns import columns_of
from converter.estimators.custom_converters.boosters.calibration import refuse_calibrated
from converter.estimators.known_categories import insisted_on, known_by_column
from converter.estimators.layout import Layout, Rows, layout_for
from converter.estimators.predictions import task_of
from converter.estimators.probes import drawn
from converter.estimators.probes.domains import Domain, domains, limits_of
from converter.estimators.probes.effort import LEAST, Budget, Effort, width_of
from converter.estimators.probes.placed import placed_trees
from converter.estimators.probes.rows import count, joined
from converter.estimators.probes.thresholds import Node, sampled_nodes
from converter.estimators.probes.typical import typical_rows
from converter.estimators.refusals import fails_itself, of_one_class
from converter.estimators.signature import title_of
from converter.estimators.texts import refuse_sparse_neighbours, with_texts
from inferx.errors import Refused

_APART = 64
"""Up to how many columns of a narrow domain are widened one by one."""


@dataclass(frozen=True)
class Original:
    """The unwrapped estimator, and its predictions for each kind of rows."""

    estimator: Any
    task: str
    layout: Layout
    budget: Budget
    asking: Asking
    jumps: bool
    """Whether trees or bins are in it, so that predictions change from one number to the next."""
    nodes: list[Node]
    domain: Domain
    """What rows may hold for it: which numbers, and whether categories it has not seen."""
    known: dict[int, tuple[Any, ...]]
    """The categories of each column in which it refuses all others."""
    probes: dict[str, Answered]

    @property
    def typical(self) -> Answered:
        """The rows that every model is asked for."""
        return self.probes["typical"]


def ask(estimator: Any, effort: Effort) -> Original:
    """Ask an unwrapped estimator for its predictions, as many as there is time for.

    Raises:
        Refused: it cannot be served, or predicts none of the rows.
    """
    task = task_of(estimator)
    refuse_inner_sets(estimator)
    refuse_calibrated(estimator)
    refuse_sparse_neighbours(estimator)
    layout = with_texts(layout_for(columns_of(estimator)), estimator)
    budget = Budget(effort, width_of(estimator, layout), len(layout.columns))
    asking = Asking(estimator, layout, task, budget)
    started = time.monotonic()
    first, domain = _first(estimator, layout, asking)
    if _has_one_class(estimator, first.predictions.probabilities):
        raise Refused(of_one_class(title_of(estimator)))
    budget.settle((time.monotonic() - started) / LEAST, first.predictions.width)
    trees = placed_trees(estimator, len(layout.columns))
    nodes = sampled_nodes(trees, budget.rows(effort.thresholds))
    probes = {"typical": first}
    kinds = drawn(estimator, layout, first.rows, nodes, budget, domain=domain)
    for kind, rows in kinds:
        answered = asking.try_to_ask(rows)
        answered = None if answered is None else answered.finite()
        if answered is not None:
            probes[kind] = _added(probes.get(kind), answered)
    known = insisted_on(
        known_by_column(estimator, layout), first.rows, lambda rows: _takes(asking, rows)
    )
    return Original(
        estimator, task, layout, budget, asking, bool(trees), nodes, domain, known, probes
    )


def _takes(asking: Asking, rows: Rows) -> bool:
    try:
        asking.ask(rows)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001  # an estimator raises anything for odd values
        return False
    return True


def _first(estimator: Any, layout: Layout, asking: Asking) -> tuple[Answered, Domain]:
    """Return predictions for the least rows, and the widest domain in which it has them."""
    failure: Exception | None = None
    found: tuple[Answered, Domain] | None = None
    limits = limits_of(estimator, len(layout.columns))
    rounded = any(limits)  # to 0, too, which has no logarithm
    for domain in domains(limits, known_by_column(estimator, layout), layout):
        rows = typical_rows(estimator, layout, LEAST, domain=domain, rounded=rounded)
        try:
            answered = asking.ask(rows)
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001  # unknown categories, negative numbers
            failure = error
            continue
        found = found or (answered, domain)
        if _are_numbers(answered):
            return _widened(estimator, layout, asking, (answered, domain), rounded=rounded)
    if found is not None:
        return found
    traceback.print_exception(failure)  # for the parent's log
    raise Refused(fails_itself(title_of(estimator), failure)) from failure


def _are_numbers(answered: Answered) -> bool:
    """Return whether at least half of the rows have finite predictions."""
    finite = answered.finite()
    return finite is not None and 2 * count(finite.rows) >= count(answered.rows)


def _widened(
    estimator: Any,
    layout: Layout,
    asking: Asking,
    found: tuple[Answered, Domain],
    *,
    rounded: bool,
) -> tuple[Answered, Domain]:
    """Lift the limits of the columns that need none, tried one by one where they are few."""
    answered, domain = found
    limited = [place for place, fold in enumerate(domain.folds) if fold is not None]
    if len(limited) > _APART:
        return found
    for place in limited:
        wider = domain.wider(place)
        rows = typical_rows(estimator, layout, LEAST, domain=wider, rounded=rounded)
        try:
            more = asking.ask(rows)
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001, S112  # this column needs its limits
            continue
        if _are_numbers(more):
            answered, domain = more, wider
    return answered, domain


def _has_one_class(estimator: Any, probabilities: Any) -> bool:
    """Return whether there are more probabilities than classes, as OneVsRestClassifier's are."""
    if probabilities is None or probabilities.ndim != 2:
        return False
    return bool(len(estimator.classes_) != probabilities.shape[1])


def _added(before: Answered | None, more: Answered) -> Answered:
    if before is None:
        return more
    return Answered(
        joined([before.rows, more.rows]), together([before.predictions, more.predictions])
    )
