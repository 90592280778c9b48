"""EventBridge, nightly: end what is overdue, repair what drifted, measure both.

Lambda, when an account is closed for good: remove everything of it.
"""

from datetime import timedelta
from typing import Any

from inferx import deadline
from inferx.accounts import removal
from inferx.clock import now
from inferx.jobs import expiry
from inferx.registry.reconciliation import reconcile
from inferx.settings import require
from inferx.telemetry.context import begin
from inferx.telemetry.library_logs import capture_library_logs
from inferx.telemetry.metrics import measure
from inferx.telemetry.uncaught import logged_without_text

require(
    "ReconcileFunction",
    "users_table",
    "credentials_table",
    "models_table",
    "jobs_table",
    "bucket",
    "webhooks_table",
    "events_queue_url",
)


def handler(event: dict[str, Any], context: Any) -> dict[str, int]:
    """Check the names that changed on the last days, and go on with removals.

    Args:
        event: ``days``, how many to look back; two unless given, so that none is missed. With
            ``owner_id``, an account that is to be removed, nothing but that is done.
        context: Lambda's; no owner is begun when its time is nearly over.
    """
    deadline.start(context.get_remaining_time_in_millis() / 1000)
    begin(context.aws_request_id)
    capture_library_logs()
    if "owner_id" in event:
        with logged_without_text("removal failed", owner_id=event["owner_id"]):
            found = {"RemovedAccounts": int(removal.remove_soon(event["owner_id"]))}
        measure("removed", found)
        return found
    with logged_without_text("reconciliation failed"):
        # First: it is short, and a job is waited for.
        settled = expiry.sweep()
        removed, unremoved = removal.resume()
        today = now().date()
        report = reconcile(
            today - timedelta(days=back) for back in range(int(event.get("days", 2)))
        )
        found = {
            "ReconciledOwners": report.owners,
            "UnfinishedOwners": report.unfinished,
            "EndedLeftovers": report.ended,
            "DriftedCounters": report.drifted,
            "DriftedBytes": report.drifted_bytes,
            "SettledJobs": settled,
            "RemovedAccounts": removed,
            "UnfinishedRemovals": unremoved,
        }
    measure("reconciled", found)
    return found
