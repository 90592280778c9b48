"""The converter for Keras and PyTorch: one untrusted file in, one ONNX file out.

Invoked by ``ingest`` alone, with a presigned GET for the file and a presigned PUT for the result;
the function's own role may do nothing.
"""

from typing import Any

from inferx import deadline
from inferx.conversion.contract import ConversionRequest
from inferx.telemetry.context import begin
from sandbox import service
from sandbox.confinement import keep_memory_private

# A child of the same user could otherwise read this process's keys from /proc.
keep_memory_private()


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Convert one file.

    Args:
        event: a :class:`ConversionRequest` as JSON.
        context: Lambda's; its tenant is the owner of the file.

    Returns:
        a ``Converted`` or ``ConversionRefused`` as JSON.

    Raises:
        Unavailable: the storage does not respond; ``ingest`` tries again.
    """
    begin(context.aws_request_id, owner_id=getattr(context, "tenant_id", None) or "")
    deadline.start(context.get_remaining_time_in_millis() / 1000)
    request = ConversionRequest.from_dict(event)
    return service.serve(request, job="deep.job").to_dict()
