"""The nightly job: ending what is overdue, repairing counters and pointers that differ.

Counters move in the same transactions as what they count, so a difference means a fault of
ours, or a change by hand. An index may lag behind its table by moments: only what differs twice,
some seconds apart and unmoved, is drift.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import itemgetter

from inferx import deadline
from inferx.registry import drift, sweeps
from inferx.storage.models import journal
from inferx.telemetry.log import log

# One owner's leftovers, pause and repairs take seconds; none is begun with less time left.
_OWNER_S = 60.0


@dataclass
class Report:
    """What a run found.

    Attributes:
        owners: how many were looked at.
        unfinished: how many owners, or parts of a day's list of names, could not be worked
            through, because of an error or for lack of time.
        ended: overdue reservations, conversions and removals that were ended.
        drifted: counters and pointers that were wrong and are repaired.
        drifted_bytes: by how much the byte counters were wrong, all together.
    """

    owners: int = 0
    unfinished: int = 0
    ended: int = 0
    drifted: int = 0
    drifted_bytes: int = 0


def reconcile(days: Iterable[date], *, pause_seconds: float = 5.0) -> Report:
    """Look at every owner whose names changed on these days, as far as the time allows.

    An error costs its owner the run, not the others: it is logged and counted.

    Args:
        days: in UTC.
        pause_seconds: how long to wait before believing that something differs.
    """
    report = Report()
    changed = _names_by_owner(days, report)
    for done, (owner_id, names) in enumerate(changed.items()):
        if deadline.remaining(_OWNER_S) < _OWNER_S:
            left = len(changed) - done
            log("warning", "reconciliation ran out of time", owners_left=left)
            report.unfinished += left
            break
        report.owners += 1
        try:
            _work_through(owner_id, names, report, pause_seconds)
        except Exception as error:  # noqa: BLE001 - logged and counted; the others have their turn
            log("error", "owner not reconciled", owner_id=owner_id, error=error)
            report.unfinished += 1
    return report


def _names_by_owner(days: Iterable[date], report: Report) -> dict[str, set[str]]:
    found: set[tuple[str, str]] = set()
    for day in days:
        for shard in range(journal.SHARDS):
            try:
                found.update(journal.names_changed_on(day, shard))
            except Exception as error:  # noqa: BLE001 - logged and counted; the others are listed
                log("error", "changed names not listed", day=day, shard=shard, error=error)
                report.unfinished += 1
    by_owner = groupby(sorted(found), key=itemgetter(0))
    return {owner_id: {name for _, name in pairs} for owner_id, pairs in by_owner}


def _work_through(owner_id: str, names: set[str], report: Report, pause_seconds: float) -> None:
    while ended := sweeps.sweep(owner_id):
        report.ended += ended
    if drift.differs(owner_id, names):
        time.sleep(deadline.remaining(pause_seconds))
        for repaired in drift.repair(owner_id, names):
            report.drifted += 1
            report.drifted_bytes += repaired
