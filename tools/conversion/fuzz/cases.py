"""One case: a random model, fitted on a random table, and fresh rows of the same table."""

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.base import clone

from tools.conversion.fuzz.columns import NUMBER, Values
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

    def fitted(self) -> Any:
        """Return the model, fitted; whatever scikit-learn raises passes through."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return clone(self.model).fit(arranged(self.table, self.rows), self.target)


def drawn(seed: int) -> Case:
    """Draw the case of this number: always the same one."""
    draw = np.random.default_rng(seed)
    task = str(draw.choice([CLASSIFICATION, REGRESSION, NONE], p=[0.5, 0.35, 0.15]))
    kind = draw.choice([of_numbers, of_tables, of_texts], p=[0.5, 0.35, 0.15])
    model, table = kind(draw, task)
    count = int(draw.choice([12, 40, 150, 400], p=[0.05, 0.15, 0.5, 0.3]))
    rows = table.rows(draw, count)
    goal = target(draw, rows, task)
    if takes_several_targets(model):
        goal = np.column_stack([goal, target(draw, rows, task)])
    return Case(model, table, rows, goal)


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
        else:
            unknown[position][chosen] = _UNKNOWN
    return [_as_both_take_them(case.table, rows) for rows in (plain, unknown, missing)]


def _as_both_take_them(table: Table, rows: list[Values]) -> Fresh:
    lists = [[_value(value) for value in row] for row in zip(*rows, strict=True)]
    return Fresh(lists, arranged(table, rows))


def _value(value: Any) -> Any:
    if isinstance(value, str):
        return value
    return None if np.isnan(value) else float(value)
