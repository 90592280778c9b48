"""The real converter in the sandbox's place: only its two transfers go to moto's S3."""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from converter.conversion_job import convert_in
from converter.job import SOURCE, TARGET
from inferx.settings import settings
from inferx.storage import aws
from tests.support.fake_converter import key_of


def invoke_converter(function: str, payload: Mapping[str, Any], *, tenant: str) -> Any:
    """Do what the convert function does; takes the place of ``inferx.storage.functions.invoke``."""
    assert (function, bool(tenant)) == (settings.convert_function, True)
    with tempfile.TemporaryDirectory() as workspace:
        directory = Path(workspace)
        stored = aws.s3().get_object(Bucket=settings.bucket, Key=key_of(payload["source_url"]))
        (directory / SOURCE).write_bytes(stored["Body"].read())
        answer = convert_in(directory)
        if answer["status"] == "converted":
            aws.s3().put_object(
                Bucket=settings.bucket,
                Key=key_of(payload["result_url"]),
                Body=(directory / TARGET).read_bytes(),
            )
        return answer
