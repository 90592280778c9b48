"""The Lambda handler that all converters share; each names the job that reads its files."""

from collections.abc import Callable
from typing import Any, TypeAlias

from inferx import deadline
from inferx.conversion.contract import ConversionRequest
from inferx.telemetry.context import begin
from inferx.telemetry.uncaught import logged_without_text
from sandbox import service
from sandbox.confinement import keep_memory_private

Handler: TypeAlias = Callable[[dict[str, Any], Any], dict[str, Any]]


def handler_of(job: str) -> Handler:
    """Return a converter's handler, and hide this process's memory from its children.

    A child of the same user could otherwise read this process's keys from /proc.

    Args:
        job: the converter's module that calls :func:`sandbox.job.run`.
    """
    keep_memory_private()

    def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
        """Convert one file.

        Args:
            event: a :class:`ConversionRequest` as JSON.
            context: Lambda's; its tenant is the owner of the file.

        Returns:
            an ``Outcome`` as JSON.

        Raises:
            Broken: the storage does not respond, or a fault of ours; ``ingest`` tries again.
        """
        begin(context.aws_request_id, owner_id=getattr(context, "tenant_id", None) or "")
        deadline.start(context.get_remaining_time_in_millis() / 1000)
        with logged_without_text("conversion failed"):
            return service.serve(ConversionRequest.from_dict(event), job=job).to_dict()

    return handler
