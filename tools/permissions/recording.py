"""Notes which function makes which call, while its handler runs in process."""

import json
import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from botocore.client import BaseClient
from botocore.signers import S3PostPresigner

from tools import lambdas
from tools.permissions.calls import Call, calls_of
from tools.template import ROOT

FOLDER = ROOT / ".local" / "calls"

_ABSENT = "NoSuch"
"""In the names of what tests have a function call that is not there."""

_seen: set[tuple[str, Call]] = set()
_lock = threading.Lock()


def note(service: str, operation: str, parameters: Mapping[str, Any]) -> None:
    """Note a call of the function that runs now, if one does.

    What stands in for AWS without a client calls it, too.
    """
    function = lambdas.running()
    if function is not None:
        with _lock:
            _seen.update(
                (function, call)
                for call in calls_of(service, operation, parameters)
                if _ABSENT not in call.resource
            )


def seen() -> frozenset[tuple[str, Call]]:
    """Return the calls noted so far, each with its function."""
    with _lock:
        return frozenset(_seen)


@contextmanager
def recording() -> Iterator[None]:
    """Note every request that a client of botocore makes or presigns within the block."""
    # Called for requests and for presigned URLs alike.
    client, presigner = cast("Any", BaseClient), cast("Any", S3PostPresigner)
    emit, presign = client._emit_api_params, presigner.generate_presigned_post

    def emit_noted(
        self: Any, api_params: Any, operation_model: Any, *more: Any, **named: Any
    ) -> Any:
        # botocore prepares a form's address as if it made a bucket; the form itself is noted below.
        if operation_model.name != "CreateBucket":
            note(operation_model.service_model.service_name, operation_model.name, api_params)
        return emit(self, api_params, operation_model, *more, **named)

    def presign_noted(self: Any, *given: Any, conditions: list[Any], **named: Any) -> Any:
        exact = [each for each in conditions if isinstance(each, dict)]
        form = {name: value for each in exact for name, value in each.items()}
        note("s3", "PutObject", {"Bucket": form["bucket"], "Key": form["key"]})
        return presign(self, *given, conditions=conditions, **named)

    client._emit_api_params = emit_noted
    presigner.generate_presigned_post = presign_noted
    try:
        yield
    finally:
        client._emit_api_params = emit
        presigner.generate_presigned_post = presign


def write() -> None:
    """Write what was noted to a file of this process's own."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    content = sorted([function, *call] for function, call in seen())
    (FOLDER / f"{os.getpid()}.json").write_text(json.dumps(content, indent=1))


def read(folder: Path = FOLDER) -> frozenset[tuple[str, Call]]:
    """Return what all processes wrote."""
    return frozenset(
        (function, Call(action, resource))
        for path in folder.glob("*.json")
        for function, action, resource in json.loads(path.read_text())
    )
