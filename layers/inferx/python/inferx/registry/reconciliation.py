"""Comparing what is counted with what is there, and mending what differs.

Counters move in the same transactions as what they count, so a difference means a fault of
ours, or a hand in the table. An index may lag behind its table by moments: only what differs
twice, some seconds apart and unmoved, is drift.
"""

import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import itemgetter

from inferx.errors import Unavailable
from inferx.registry import expiry, journal, listing, newest
from inferx.registry.quotas import calculate_storage_size
from inferx.registry.records import find_name, newest_ready_of
from inferx.storage.item_keys import name_pk, user_key
from inferx.storage.tables.models import ModelItem, NameItem
from inferx.storage.tables.users import UserItem
from inferx.storage.transactions import Transaction


@dataclass
class Report:
    """What a run found.

    Attributes:
        owners: how many were looked at.
        unfinished: how many of them could not be, for want of an answer from AWS.
        ended: overdue reservations, conversions and deletions that were ended.
        drifted: counters and pointers that were wrong and are mended.
        drifted_bytes: by how much the byte counters were wrong, all together.
    """

    owners: int = 0
    unfinished: int = 0
    ended: int = 0
    drifted: int = 0
    drifted_bytes: int = 0


@dataclass(frozen=True)
class _Counters:
    storage_bytes: int
    model_count: int


def reconcile(days: Iterable[date], *, pause_seconds: float = 5.0) -> Report:
    """Look at every owner whose names changed on these days.

    Args:
        days: in UTC.
        pause_seconds: how long to wait before believing that something differs.
    """
    changed = sorted({pair for day in days for pair in journal.names_changed_on(day)})
    report = Report()
    for owner_id, pairs in groupby(changed, key=itemgetter(0)):
        report.owners += 1
        names = {name for _, name in pairs}
        try:
            while ended := expiry.sweep(owner_id):
                report.ended += ended
            if _differs(owner_id, names):
                time.sleep(pause_seconds)
                _mend(owner_id, names, report)
        except Unavailable:
            report.unfinished += 1  # the next night tries again; the others have their turn now
    return report


def _differs(owner_id: str, names: set[str]) -> bool:
    models = list(listing.models_of(owner_id))
    counted = _counted(owner_id)
    if counted is not None and counted != _true(models):
        return True
    versions = _by_name(models)
    return any(_wrong_name(owner_id, name, versions[name]) for name in names | versions.keys())


def _mend(owner_id: str, names: set[str], report: Report) -> None:
    counted = _counted(owner_id)
    models = list(listing.models_of(owner_id))
    true = _true(models)
    if counted is not None and counted != true:
        transaction = Transaction()
        transaction.update(
            UserItem,
            user_key(owner_id),
            [
                UserItem.storage_bytes.set(true.storage_bytes),
                UserItem.model_count.set(true.model_count),
            ],
            (UserItem.storage_bytes == counted.storage_bytes)
            & (UserItem.model_count == counted.model_count),
        )
        if transaction.commits():
            report.drifted += 1
            report.drifted_bytes += abs(counted.storage_bytes - true.storage_bytes)
    versions = _by_name(models)
    for name in names | versions.keys():
        wrong = _wrong_name(owner_id, name, versions[name])
        if wrong is not None and wrong.commits():
            report.drifted += 1


def _wrong_name(owner_id: str, name: str, models: list[ModelItem]) -> Transaction | None:
    """What would mend the name; ``None`` when nothing is wrong with it."""
    item = find_name(owner_id, name)
    if item is None:
        return None
    best = newest.among(models)
    if item.version_count == len(models) and newest_ready_of(item) == best:
        return None
    pointer = NameItem.newest_ready
    transaction = Transaction()
    transaction.update(
        NameItem,
        name_pk(owner_id, name),
        [
            NameItem.version_count.set(len(models)),
            pointer.remove() if best is None else pointer.set(best),
            NameItem.revision.add(1),
        ],
        (NameItem.revision == item.revision)
        & (NameItem.version_count == item.version_count)
        & (NameItem.last_version == item.last_version),
    )
    return transaction


def _counted(owner_id: str) -> _Counters | None:
    try:
        user = UserItem.get(user_key(owner_id), consistent_read=True)
    except UserItem.DoesNotExist:
        return None
    return _Counters(int(user.storage_bytes), int(user.model_count))


def _true(models: list[ModelItem]) -> _Counters:
    return _Counters(calculate_storage_size(models), len(models))


def _by_name(models: list[ModelItem]) -> defaultdict[str, list[ModelItem]]:
    found = defaultdict(list)
    for item in models:
        found[item.name].append(item)
    return found
