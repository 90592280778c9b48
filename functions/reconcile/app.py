"""EventBridge, nightly: end what is overdue, mend what drifted, measure both."""

from datetime import timedelta
from typing import Any

from inferx.clock import now
from inferx.registry.reconciliation import reconcile
from inferx.settings import require
from inferx.telemetry.metrics import measure

require("ReconcileFunction", "users_table", "models_table", "bucket")


def handler(event: dict[str, Any], _: Any) -> dict[str, int]:
    """Look at the names that changed on the last days.

    Args:
        event: ``days``, how many to look back; two unless given, so that none falls between.
    """
    today = now().date()
    report = reconcile(today - timedelta(days=back) for back in range(int(event.get("days", 2))))
    found = {
        "ReconciledOwners": report.owners,
        "UnfinishedOwners": report.unfinished,
        "EndedLeftovers": report.ended,
        "DriftedCounters": report.drifted,
        "DriftedBytes": report.drifted_bytes,
    }
    measure("reconciled", found, {})
    return found
