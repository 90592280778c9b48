"""Decides which columns of a converted model may be without a value, and which infinite."""

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from converter.estimators.columns import NUMBER, Column
from converter.estimators.judging import judge
from converter.estimators.layout import Layout, Rows
from converter.estimators.original import Original
from converter.estimators.parity import Verdict
from converter.estimators.probes.effort import LEAST, MOST_CELLS
from converter.estimators.probes.infinite import infinite_in, of_infinities
from converter.estimators.probes.missing import of_missing
from converter.estimators.running import Running

_APART = 64
"""Up to how many columns that may hold such values are tried one by one."""
_QUESTIONS = 2 * _APART
"""How often the original is asked which columns may be infinite: halves of halves, to the last."""
_SECONDS = 2.0
"""How long it is asked that."""
_FEWEST = 16
"""Rows that are compared however wide they are."""


@dataclass(frozen=True)
class _Kind:
    """A kind of value: how a column is marked for it, its rows, and the warnings about it."""

    mark: Callable[[Column, bool], Column]
    probe: str
    rows: Callable[[Layout, Rows, int, np.random.Generator], Rows]
    differs: str
    too_large: str


_MISSING = _Kind(
    lambda column, taken: replace(column, nullable=taken),
    "missing",
    of_missing,
    "Some columns with missing values are refused: the converted model would predict them "
    "differently.",
    "Missing values are refused: comparing rows with them takes more memory than the converter "
    "has.",
)
_INFINITE = _Kind(
    lambda column, taken: replace(column, infinite=taken),
    "infinite",
    of_infinities,
    "Infinite numbers are refused in some columns: the converted model would predict them "
    "differently.",
    "Infinite numbers are refused: comparing rows with them takes more memory than the converter "
    "has.",
)


@dataclass(frozen=True)
class Settled:
    """The layout with the columns that take such values, and how rows with them compared."""

    layout: Layout
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Comparison:
    """Whether the original takes the rows, and the verdicts where the graph agrees."""

    is_taken: bool
    verdicts: Mapping[str, Verdict] | None = None
    too_large: bool = False


def settle(original: Original, running: Running) -> Settled:
    """Leave columns nullable, and make them infinite, only where both models predict alike.

    Where that does not hold for all such columns together, each is tried by itself.
    """
    columns = original.layout.columns
    nullable = [at for at, column in enumerate(columns) if column.nullable]
    missing = _settled(original, original.layout, running, _MISSING, nullable)
    taken = _infinite_to_original(original)
    infinite = _settled(original, missing.layout, running, _INFINITE, taken)
    return Settled(
        infinite.layout,
        {**missing.verdicts, **infinite.verdicts},
        missing.warnings + infinite.warnings,
    )


def _settled(
    original: Original, layout: Layout, running: Running, kind: _Kind, wanted: Collection[int]
) -> Settled:
    if not wanted:
        return Settled(layout)
    layout = _marked(layout, kind, wanted)
    number = max(LEAST, original.budget.rows(original.budget.effort.missing))
    together = _compared(original, layout, running, kind, number)
    if together.verdicts is not None:
        return Settled(layout, together.verdicts)
    if together.too_large:
        return Settled(_marked(layout, kind, []), warnings=(kind.too_large,))
    warnings = (kind.differs,) if together.is_taken else ()
    apart = (
        [at for at in wanted if _agrees(original, layout, at, running, kind)]
        if len(wanted) <= _APART
        else []
    )
    layout = _marked(layout, kind, apart)
    if apart:
        together = _compared(original, layout, running, kind, number)
        if together.verdicts is not None:
            return Settled(layout, together.verdicts, warnings)
    return Settled(_marked(layout, kind, []), warnings=warnings)


def _agrees(original: Original, layout: Layout, at: int, running: Running, kind: _Kind) -> bool:
    alone = _marked(layout, kind, [at])
    return _compared(original, alone, running, kind, LEAST).verdicts is not None


def _marked(layout: Layout, kind: _Kind, positions: Collection[int]) -> Layout:
    chosen = set(positions)
    columns = (kind.mark(column, at in chosen) for at, column in enumerate(layout.columns))
    return replace(layout, columns=tuple(columns))


def _compared(
    original: Original, layout: Layout, running: Running, kind: _Kind, number: int
) -> _Comparison:
    number = min(number, max(_FEWEST, MOST_CELLS // len(layout.columns)))
    is_taken = False
    try:
        rows = kind.rows(layout, original.typical.rows, number, np.random.default_rng(1))
        answered = original.asking.ask(rows)
        is_taken = True
        judged = judge({kind.probe: answered}, running, original.typical.predictions)
    except MemoryError:
        return _Comparison(is_taken, too_large=True)
    except Exception:  # noqa: BLE001  # the original or the graph refuses them: so is it served
        return _Comparison(is_taken)
    return _Comparison(is_taken, judged.verdicts if judged.passed else None)


def _infinite_to_original(original: Original) -> list[int]:
    """Return the columns of numbers in which the original takes infinities of both signs."""
    columns = original.layout.columns
    numbers = [
        at for at, column in enumerate(columns) if column.kind == NUMBER and not column.ignored
    ]
    until = time.monotonic() + _SECONDS
    waiting, taken = [numbers] if numbers else [], []
    for _ in range(_QUESTIONS):
        if not waiting or time.monotonic() > until:
            break
        group = waiting.pop(0)
        if _takes_infinities(original, group):
            taken += group
        elif len(group) > 1:
            middle = len(group) // 2
            waiting += [group[:middle], group[middle:]]
    return sorted(taken)


def _takes_infinities(original: Original, columns: list[int]) -> bool:
    try:
        original.asking.ask(infinite_in(original.typical.rows, columns))
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001  # most estimators refuse them, each in its own words
        return False
    return True
