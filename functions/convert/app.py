"""The sandbox: one untrusted model file in, one ONNX file out.

Invoked by ``ingest`` alone, with a presigned GET for the file and a presigned PUT for the result;
the function's own role may do nothing.
"""

import tempfile
from pathlib import Path
from typing import Any

from converter import confine
from converter.conversion_job import convert_in
from converter.job import SOURCE, TARGET
from converter.limits import ONNX_BYTES, SOURCE_BYTES
from converter.sandbox import open_result
from converter.transfer import download, upload
from inferx.errors import Refused
from inferx.telemetry.context import begin

# A child of the same user could otherwise read this process's keys from /proc.
confine.keep_memory_private()


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Convert the file behind ``source_url`` and store the result at ``result_url``.

    Args:
        event: ``source_url``, ``result_url``, ``file_name``, ``file_size``, ``declared_type``.
        context: Lambda's; its tenant is the owner of the file.

    Returns:
        ``{"status": "converted", "manifest": …}`` or ``{"status": "refused", "error": …}``.

    Raises:
        Unavailable: when the storage cannot be reached; ``ingest`` tries again.
    """
    begin(context.aws_request_id, owner_id=getattr(context, "tenant_id", None) or "")
    with tempfile.TemporaryDirectory(prefix="convert-") as workspace:
        directory = Path(workspace)
        try:
            download(event["source_url"], directory / SOURCE, SOURCE_BYTES)
        except Refused as refusal:
            return {"status": "refused", "error": refusal.detail}
        answer = convert_in(directory)
        if answer["status"] == "converted":
            with open_result(directory / TARGET, ONNX_BYTES) as model:
                upload(event["result_url"], model, answer["manifest"]["onnx_size"])
        return answer
