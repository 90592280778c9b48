"""The ids, addresses and secrets in sample events, and real ones in their place.

The files in ``events/`` can be read and sent as they are. What they name does not exist, until
:func:`filled` puts in what a stack really has.
"""

import json
from dataclasses import dataclass, fields
from typing import Any

USER_ID = "01999999-0000-7000-8000-0000000000a1"
MODEL_ID = "01999999-0000-7000-8000-0000000000b2"
JOB_ID = "01999999-0000-7000-8000-0000000000c3"
BATCH_ID = "01999999-0000-7000-8000-0000000000d4"
DELIVERY_ID = "01999999-0000-5000-8000-0000000000e5"
MODEL_NAME = "iris"
FILE_NAME = "model.pkl"


@dataclass(frozen=True)
class Placeholders:
    """What sample events name; the defaults are what stands in the files.

    Attributes:
        user_id: an account's.
        email, password: its own.
        api_key: a key of it with every scope.
        model_id: a version of its model :data:`MODEL_NAME`.
        job_id: its asynchronous prediction.
        batch_id: its batch job.
        bucket: the stack's.
        object_version: of the uploaded file :data:`FILE_NAME`.
        source_url: where the file can be read, signed.
        source_size: its bytes.
        result_url: where the converted model can be written, signed.
    """

    user_id: str = USER_ID
    email: str = "ada@example.com"
    password: str = "a-sample-passphrase"  # noqa: S105  # of no account
    api_key: str = "ifx_sampleSampleSample"
    model_id: str = MODEL_ID
    job_id: str = JOB_ID
    batch_id: str = BATCH_ID
    bucket: str = "inferx-sample-bucket"
    object_version: str = "sampleObjectVersion"
    source_url: str = "https://inferx-sample-bucket.s3.us-east-1.amazonaws.com/source"
    source_size: int = 987654321
    result_url: str = "https://inferx-sample-bucket.s3.us-east-1.amazonaws.com/result"


def filled(event: dict[str, Any], real: Placeholders) -> dict[str, Any]:
    """Return a sample event with each placeholder replaced, in the JSON within its texts too.

    Args:
        event: as ``events/`` has it.
        real: what stands in their place; no text of it needs escaping in JSON.
    """
    content, sample = json.dumps(event), Placeholders()
    # The longest first: the bucket's name is part of the addresses.
    names = sorted(
        (each.name for each in fields(sample)),
        key=lambda name: -len(str(getattr(sample, name))),
    )
    for name in names:
        content = content.replace(str(getattr(sample, name)), str(getattr(real, name)))
    replaced: dict[str, Any] = json.loads(content)
    return replaced
