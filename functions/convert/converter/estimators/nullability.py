"""Decides which columns of a converted model may be without a value."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from converter.estimators.judging import judge
from converter.estimators.layout import Layout
from converter.estimators.original import Original
from converter.estimators.parity import Verdict
from converter.estimators.probes.effort import LEAST
from converter.estimators.probes.missing import of_missing
from converter.estimators.running import Running

_DIFFERS = (
    "Some columns with missing values are refused: the converted model would predict them "
    "differently."
)
_APART = 64
"""Up to how many columns that may be without a value are tried one by one."""


@dataclass(frozen=True)
class Missing:
    """The layout with the columns that are nullable, and how rows without values compared."""

    layout: Layout
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Comparison:
    """Whether the original takes rows without values, and the verdicts where the graph agrees."""

    is_taken: bool
    verdicts: Mapping[str, Verdict] | None = None


def settle_missing(original: Original, running: Running) -> Missing:
    """Leave columns nullable only where rows without values get the original's predictions, too.

    Where that does not hold for all of them together, each is tried by itself.
    """
    wanted = [at for at, column in enumerate(original.layout.columns) if column.nullable]
    if not wanted:
        return Missing(original.layout)
    number = max(LEAST, original.budget.rows(original.budget.effort.missing))
    together = _compared(original, original.layout, running, number)
    if together.verdicts is not None:
        return Missing(original.layout, together.verdicts)
    warnings = (_DIFFERS,) if together.is_taken else ()
    apart = [at for at in wanted if _agrees(original, at, running)] if len(wanted) <= _APART else []
    layout = _nullable(original.layout, apart)
    if apart:
        together = _compared(original, layout, running, number)
        if together.verdicts is not None:
            return Missing(layout, together.verdicts, warnings)
    return Missing(_nullable(original.layout, []), warnings=warnings)


def _agrees(original: Original, at: int, running: Running) -> bool:
    alone = _nullable(original.layout, [at])
    return _compared(original, alone, running, LEAST).verdicts is not None


def _nullable(layout: Layout, positions: Collection[int]) -> Layout:
    columns = (
        replace(column, nullable=at in positions) for at, column in enumerate(layout.columns)
    )
    return replace(layout, columns=tuple(columns))


def _compared(original: Original, layout: Layout, running: Running, number: int) -> _Comparison:
    rows = of_missing(layout, original.typical.rows, number, np.random.default_rng(1))
    try:
        answered = original.asking.ask(rows)
    except Exception:  # noqa: BLE001  # the original refuses them itself, in a later step
        return _Comparison(is_taken=False)
    try:
        judged = judge({"missing": answered}, running, original.typical.predictions)
    except Exception:  # noqa: BLE001  # the graph refuses them: so does the signature, then
        return _Comparison(is_taken=True)
    return _Comparison(is_taken=True, verdicts=judged.verdicts if judged.passed else None)
