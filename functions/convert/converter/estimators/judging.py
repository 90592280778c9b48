"""Compares a graph with the original on rows of every kind, each kind by itself."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from converter.estimators.asking import Answered
from converter.estimators.layout import Rows
from converter.estimators.parity import Verdict, compare, typical_sizes
from converter.estimators.predictions import Predictions
from converter.estimators.running import Running
from inferx.manifest import ParityReport

_AS_THEY_COME = ("typical", "missing")
"""Kinds whose rows are not sought out for where predictions change."""


@dataclass(frozen=True)
class Judgement:
    """The graph's predictions by kind, up to the first kind that failed, and their verdicts."""

    verdicts: Mapping[str, Verdict]
    predicted: Mapping[str, Predictions]
    rows: Rows
    """Of the kind judged last."""

    @property
    def passed(self) -> bool:
        """Whether every kind passed."""
        return all(verdict.passed for verdict in self.verdicts.values())

    @property
    def worst(self) -> Verdict:
        """The verdict on the kind judged last: the one that failed, if one did."""
        return list(self.verdicts.values())[-1]


def judge(probes: Mapping[str, Answered], running: Running, typical: Predictions) -> Judgement:
    """Run the graph on each kind of rows and compare, until one fails.

    Args:
        probes: the rows.
        running: the graph.
        typical: predictions for typical rows, whose size all kinds are measured by; only large
            numbers make larger values, and these hide nothing of other kinds.
    """
    usual = None if typical.values is None else typical_sizes(typical.values)
    verdicts: dict[str, Verdict] = {}
    predicted: dict[str, Predictions] = {}
    rows: Rows = []
    for kind, answered in probes.items():
        rows = answered.rows
        predicted[kind] = running.predictions(rows)
        sizes = usual
        if usual is not None and kind == "magnitudes":
            sizes = np.maximum(usual, typical_sizes(answered.predictions.values))
        verdicts[kind] = compare(
            answered.predictions,
            predicted[kind],
            running.dtype,
            sizes,
            as_they_come=kind in _AS_THEY_COME,
        )
        if not verdicts[kind].passed:
            break
    return Judgement(verdicts, predicted, rows)


def report_of(verdicts: Mapping[str, Verdict], reason: str) -> ParityReport:
    """Put the verdicts on all kinds into one report."""
    reports = {kind: verdict.report for kind, verdict in verdicts.items()}
    first = next(iter(reports.values()))
    return replace(
        first,
        rows=sum(report.rows for report in reports.values()),
        ties=sum(report.ties for report in reports.values()),
        max_abs_diff=_largest([report.max_abs_diff for report in reports.values()]),
        max_rel_diff=_largest([report.max_rel_diff for report in reports.values()]),
        probes={kind: report.rows for kind, report in reports.items()},
        reason=reason,
    )


def _largest(values: list[float | None]) -> float | None:
    return max((value for value in values if value is not None), default=None)
