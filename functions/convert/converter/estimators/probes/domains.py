"""The numbers that a model takes, where it does not take any: above zero, within its knots."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from sklearn.decomposition import NMF, LatentDirichletAllocation, MiniBatchNMF
from sklearn.kernel_approximation import AdditiveChi2Sampler
from sklearn.naive_bayes import ComplementNB, MultinomialNB
from sklearn.preprocessing import FunctionTransformer, PowerTransformer, SplineTransformer

from converter.estimators.columns import NUMBER
from converter.estimators.layout import Layout, Rows
from converter.estimators.probes.placed import placed_parts
from converter.estimators.probes.sources import Source

_OF_COUNTS = (
    AdditiveChi2Sampler,
    ComplementNB,
    LatentDirichletAllocation,
    MiniBatchNMF,
    MultinomialNB,
    NMF,
)
_RANGES = {
    "log": (0.0, np.inf),
    "log2": (0.0, np.inf),
    "log10": (0.0, np.inf),
    "sqrt": (0.0, np.inf),
    "log1p": (-1.0, np.inf),
    "arccosh": (1.0, np.inf),
    "arcsin": (-1.0, 1.0),
    "arccos": (-1.0, 1.0),
    "arctanh": (-1.0, 1.0),
}
"""The arguments for which numpy's functions have a value."""
_INSIDE = 1e-9
"""How far inside a range numbers stay, of its width: the way back to the input rounds."""
_ABOVE = 1e-3

type Limits = tuple[float, float]
type Fold = Callable[[Any], Any]


@dataclass(frozen=True)
class Domain:
    """What rows may hold.

    ``unknown``: whether categories that the model has not seen. ``folds``: for each column, how
    a number that may be outside becomes one that is inside; none where it takes every number.
    """

    unknown: bool = True
    folds: tuple[Fold | None, ...] = ()

    def of(self, rows: Rows) -> Rows:
        """Return the rows with their numbers inside."""
        if not self.folds:
            return rows
        return [
            values if fold is None else fold(values)
            for fold, values in zip(self.folds, rows, strict=True)
        ]

    def wider(self, column: int) -> "Domain":
        """Return the domain with every number in one column."""
        return replace(
            self,
            folds=tuple(None if place == column else fold for place, fold in enumerate(self.folds)),
        )


ANY = Domain()


def domains(
    limits: Sequence[Limits | None], categories: Mapping[int, Sequence[Any]], layout: Layout
) -> Iterator[Domain]:
    """Yield domains, each narrower than the one before.

    Args:
        limits: of each column, as :func:`limits_of` found them.
        categories: of columns that hold no others.
        layout: the columns.
    """
    known = [None if limit is None else _folded_into(*limit) for limit in limits]
    for column, values in categories.items():
        known[column] = _one_of(values)
    candidates: list[list[Fold | None]] = [
        [],
        *([known] if any(known) else []),
        [_after(fold, np.abs) for fold in known],
        [_after(fold, _positive) for fold in known],
        [_after(fold, _share) for fold in known],
    ]
    for folds in candidates:
        numbers = tuple(
            known[place] if place in categories else fold if column.kind == NUMBER else None
            for place, (fold, column) in enumerate(zip(folds, layout.columns, strict=bool(folds)))
        )
        yield Domain(unknown=True, folds=numbers)
        yield Domain(unknown=False, folds=numbers)


def _positive(values: Any) -> Any:
    return np.abs(values) + _ABOVE


def _share(values: Any) -> Any:
    return np.abs(values) % (1 - 2 * _ABOVE) + _ABOVE


def _after(first: Fold | None, second: Fold) -> Fold:
    return second if first is None else lambda values: second(first(values))


def _one_of(categories: Sequence[Any]) -> Fold:
    """Return what makes another value one of the categories, each about as often."""

    def fold(values: Any) -> Any:
        kept = np.array(categories, dtype=values.dtype)
        others = kept[np.arange(len(values)) % len(kept)]
        return np.where(np.isin(values, kept), values, others)

    return fold


def _folded_into(low: float, high: float) -> Fold:
    """Return what leaves numbers inside as they are, and brings the others inside."""
    width = high - low
    if not np.isfinite(width):
        least = low + _ABOVE
        return lambda values: np.where(values > low, values, least + np.abs(values - low))
    inner = max(width * (1 - 2 * _INSIDE), np.finfo(float).tiny)
    start = low + width * _INSIDE

    def fold(values: Any) -> Any:
        inside = (values >= start) & (values <= start + inner)
        return np.where(inside, values, start + (values - start) % inner)

    return fold


def limits_of(estimator: Any, width: int) -> list[Limits | None]:
    """Return between which numbers each column has to be, as far as known steps show."""
    found: list[Limits | None] = [None] * width
    for part, sources in placed_parts(estimator, width):
        for source, limits in zip(sources, _of_step(part, len(sources)), strict=False):
            if source is None or limits is None or source.names_values:
                continue
            low, high = _before(source, limits)
            before = found[source.column] or (-np.inf, np.inf)
            low, high = max(low, before[0]), min(high, before[1])
            if low < high and np.isfinite(low):
                found[source.column] = (low, high)
    return found


def _of_step(part: Any, width: int) -> list[Limits | None]:
    if isinstance(part, _OF_COUNTS) or (
        isinstance(part, PowerTransformer) and part.method == "box-cox"
    ):
        return [(0.0, np.inf)] * width
    if isinstance(part, FunctionTransformer):
        return [_RANGES.get(getattr(part.func, "__name__", ""))] * width
    if isinstance(part, SplineTransformer) and part.extrapolation == "error":
        ends = [(spline.t[spline.k], spline.t[-spline.k - 1]) for spline in part.bsplines_]
        return [(float(low), float(high)) for low, high in ends]
    return []


def _before(source: Source, limits: Limits) -> Limits:
    """Return the limits of the raw column, of which a step makes what is limited."""
    try:
        with np.errstate(all="ignore"):
            low, high = np.sort(np.asarray(source.back(np.array(limits)), dtype=float))
    except ValueError:  # a step that makes nothing of infinity
        return -np.inf, np.inf
    return float(low), float(high)
