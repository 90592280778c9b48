"""One case: a random model, fitted on a random table, and fresh rows of the same table."""

import warnings
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from sklearn.base import clone

from tools.conversion.fuzz.columns import FLAG, NUMBER, TEXT, Values
from tools.conversion.fuzz.fitting import EVALUATED, options, with_categories
from tools.conversion.fuzz.pipelines import of_numbers, of_tables, of_texts
from tools.conversion.fuzz.tables import CLASSIFICATION, NONE, REGRESSION, Table, arranged, target
from tools.conversion.fuzz.wrappers import takes_several_targets
from tools.conversion.trial import Fresh

_FRESH = 400
_UNKNOWN = "neverſeen É"


@dataclass(frozen=True)
class Case:
    """A model that is not fitted yet, and all that it needs."""

    model: Any
    table: Table
    rows: list[Values]
    target: Any
    options: dict[str, Any] = field(default_factory=dict)

    def fitted(self) -> Any:
        """Return the model, fitted; whatever scikit-learn raises passes through."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            rows = arranged(self.table, self.rows)
            given = {
                name: [(rows, self.target)] if value is EVALUATED else value
                for name, value in self.options.items()
            }
            return clone(self.model).fit(rows, self.target, **given)


def drawn(seed: int) -> Case:
    """Draw the case of this number: always the same one."""
    draw = np.random.default_rng(seed)
    task = str(draw.choice([CLASSIFICATION, REGRESSION, NONE], p=[0.5, 0.35, 0.15]))
    kind = draw.choice([of_numbers, of_tables, of_texts], p=[0.5, 0.35, 0.15])
    model, table = kind(draw, task)
    count = int(draw.choice([5, 12, 40, 150, 400], p=[0.03, 0.05, 0.15, 0.47, 0.3]))
    rows = table.rows(draw, count)
    if draw.random() < 0.1:  # most rows are there several times
        again = draw.integers(0, max(3, count // 4), count)
        rows = [column[again] for column in rows]
    goal = target(draw, rows, task)
    if takes_several_targets(model):
        goal = np.column_stack([goal, target(draw, rows, task)])
    model, given = options(draw, with_categories(draw, model, table), table)
    return Case(model, table, rows, goal, given)


def fresh_rows(case: Case, seed: int) -> list[Fresh]:
    """Return held-out rows; some with unknown strings; some with missing values."""
    draw = np.random.default_rng((seed, 1))
    plain = case.table.rows(draw, _FRESH)
    unknown, missing = [column.copy() for column in plain], [column.copy() for column in plain]
    for position, column in enumerate(case.table.columns):
        chosen = draw.random(_FRESH) < 0.1
        if column.kind == NUMBER:
            missing[position][chosen] = np.nan
            unknown[position][chosen] = np.round(unknown[position][chosen] * 1.37 + 1, 2)
        elif column.kind != TEXT:
            missing[position][chosen] = column.absent
            unknown[position][chosen] = None if column.kind == FLAG else _UNKNOWN
    return [_as_both_take_them(case.table, rows) for rows in (plain, unknown, missing)]


def _as_both_take_them(table: Table, rows: list[Values]) -> Fresh:
    lists = [[_value(value) for value in row] for row in zip(*rows, strict=True)]
    return Fresh(lists, arranged(table, rows))


def _value(value: Any) -> Any:
    if value is None or isinstance(value, str | bool):
        return value
    return None if np.isnan(value) else float(value)
