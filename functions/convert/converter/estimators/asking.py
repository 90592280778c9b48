"""Asks the original for its predictions, some rows at a time, without those that it refuses."""

from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from converter.estimators.layout import Layout, Rows
from converter.estimators.predictions import Predictions, original_predictions
from converter.estimators.probes.effort import Budget
from converter.estimators.probes.rows import count, joined, taken

_FAILURES = 30
"""Calls that may fail before the rest of the rows is left out."""


@dataclass(frozen=True)
class Answered:
    """Rows with the original's predictions for them."""

    rows: Rows
    predictions: Predictions

    def finite(self) -> "Answered | None":
        """Return the rows for which the original has numbers; ``None`` if there are none."""
        values = self.predictions.values
        if values is None or np.isfinite(values).all():
            return self
        kept = np.isfinite(values).all(axis=1)
        return self._of(kept) if kept.any() else None

    def _of(self, kept: Any) -> "Answered":
        parts = {
            each.name: _taken(getattr(self.predictions, each.name), kept, each.name)
            for each in fields(Predictions)
        }
        return Answered(taken(self.rows, kept), Predictions(**parts))


class Asking:
    """The original, its layout, and the time there is for its predictions."""

    def __init__(self, estimator: Any, layout: Layout, task: str, budget: Budget) -> None:
        self._estimator = estimator
        self._layout = layout
        self._task = task
        self._budget = budget

    def ask(self, rows: Rows) -> Answered:
        """Predict every row. Whatever the original raises passes through."""
        batch = self._budget.batch
        parts = [
            self._predicted(taken(rows, slice(start, start + batch)))
            for start in range(0, count(rows), batch)
        ]
        return Answered(rows, together(parts))

    def try_to_ask(self, rows: Rows) -> Answered | None:
        """Predict the rows that the original takes, as many as there is time for.

        Raises:
            MemoryError: there is not enough for a single row.
        """
        batch = self._budget.batch
        waiting = [
            taken(rows, slice(start, start + batch)) for start in range(0, count(rows), batch)
        ][::-1]
        kept: list[Answered] = []
        failures = 0
        while waiting and self._budget.left > 0 and failures < _FAILURES:
            part = waiting.pop()
            try:
                kept.append(Answered(part, self._predicted(part)))
            except Exception as error:  # an estimator raises anything for odd values
                middle = count(part) // 2
                if isinstance(error, MemoryError):
                    if not middle:
                        raise  # no row is too odd for it: each one is too large
                else:
                    failures += 1
                if middle:
                    waiting += [taken(part, slice(middle, None)), taken(part, slice(middle))]
        if not kept:
            return None
        return Answered(
            joined([part.rows for part in kept]), together([part.predictions for part in kept])
        )

    def _predicted(self, rows: Rows) -> Predictions:
        return original_predictions(self._estimator, self._layout.for_original(rows), self._task)


def _taken(values: Any, kept: Any, name: str) -> Any:
    return values if values is None or name == "classes" else values[kept]


def together(parts: list[Predictions]) -> Predictions:
    """Join the predictions of several batches."""
    if len(parts) == 1:
        return parts[0]
    found: dict[str, Any] = {}
    for each in fields(Predictions):
        values = [getattr(part, each.name) for part in parts]
        if any(value is None for value in values):
            found[each.name] = None
        else:
            found[each.name] = values[0] if each.name == "classes" else np.concatenate(values)
    return Predictions(**found)
