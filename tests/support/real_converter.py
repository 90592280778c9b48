"""The real converter in process: its children run, and its two transfers go to moto's S3."""

import tempfile
from collections.abc import Mapping
from contextvars import copy_context
from pathlib import Path
from typing import Any

from inferx import deadline
from inferx.conversion.contract import ConversionRequest, Converted
from inferx.settings import settings
from inferx.storage import aws
from sandbox import job_request
from sandbox.job import SOURCE, TARGET
from sandbox.job_request import SAMPLES
from sandbox.service import run_conversion
from tests.support.fake_converter import key_of
from tools.lambdas import acting_as
from tools.permissions import recording
from tools.template import resources

_TIMEOUT_S = resources("AWS::Serverless::Function")["ConvertFunction"]["Timeout"]


def convert_in_process(function: str, payload: Mapping[str, Any], *, tenant: str) -> Any:
    """Do what the convert function does; takes the place of ``inferx.storage.functions.invoke``."""
    assert (function, bool(tenant)) == (settings.convert_function, True)
    recording.note("lambda", "Invoke", {"FunctionName": function})
    # A context of its own, as the function has a deadline of its own.
    with acting_as(None):
        return copy_context().run(_convert, ConversionRequest.from_dict(payload))


def _convert(request: ConversionRequest) -> dict[str, Any]:
    deadline.start(_TIMEOUT_S)
    with tempfile.TemporaryDirectory() as workspace:
        directory = Path(workspace)
        stored = aws.s3().get_object(Bucket=settings.bucket, Key=key_of(request.source_url))
        content = stored["Body"].read()
        assert len(content) == request.source_size
        (directory / SOURCE).write_bytes(content)
        if request.samples_url is not None:
            rows = aws.s3().get_object(Bucket=settings.bucket, Key=key_of(request.samples_url))
            (directory / SAMPLES).write_bytes(rows["Body"].read())
        has_samples = request.samples_url is not None
        hints = request.input_hints
        job_request.write(directory, request.part, samples=has_samples, hints=hints)
        outcome = run_conversion(directory, "converter.job")
        if isinstance(outcome, Converted):
            aws.s3().put_object(
                Bucket=settings.bucket,
                Key=key_of(request.result_url),
                Body=(directory / TARGET).read_bytes(),
            )
        return outcome.to_dict()
