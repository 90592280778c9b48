"""One conversion from the outside: a file in a directory in, an answer for ``ingest`` out."""

import json
import os
import signal
from pathlib import Path
from typing import Any

from converter import sandbox
from converter.job import REQUEST, RESULT, TARGET
from converter.limits import CONVERSION_SECONDS, MEBIBYTE, ONNX_BYTES, SESSION_BYTES
from inferx.manifest import InvalidManifest, Manifest
from inferx.telemetry.child_errors import traceback_of
from inferx.telemetry.log import log

_MEASURE_SECONDS = 40
_DEFAULT_MEMORY_MB = 3008
_RESERVED_MB = 256  # this process and the runtime around it

_DAMAGED = "The converter stopped while reading the file: it is damaged, or no model at all."
_TOO_SLOW = f"Converting this model takes longer than {CONVERSION_SECONDS} seconds."
_TOO_LARGE = "Converting this model takes more memory than the converter has."


def convert_in(directory: Path, seconds: float = CONVERSION_SECONDS) -> dict[str, Any]:
    """Convert ``directory/source``; on success ``directory/model.onnx`` is the result.

    Args:
        directory: empty but for the file, and this job's own.
        seconds: wall clock for the conversion.

    Returns:
        ``{"status": "converted", "manifest": …}`` or ``{"status": "refused", "error": …}``.
    """
    memory = int(os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE") or _DEFAULT_MEMORY_MB)
    request = {"memory_mb": max(memory, 1024) - _RESERVED_MB}
    (directory / REQUEST).write_text(json.dumps(request))
    outcome = sandbox.run("converter.job", directory, seconds)
    if outcome.status != 0 or outcome.errors:
        _log_failure("conversion failed in its process", outcome)
    if outcome.status != 0:
        return _refused(_sentence(outcome))
    try:
        result = sandbox.read_json(directory / RESULT)
    except (ValueError, OSError):
        return _refused(_DAMAGED)
    if not isinstance(result, dict) or not isinstance(result.get("manifest"), dict):
        return _refused(
            str(result.get("refused", _DAMAGED) if isinstance(result, dict) else _DAMAGED)
        )
    return _measured(directory, result["manifest"])


def _measured(directory: Path, manifest: dict[str, Any]) -> dict[str, Any]:
    outcome = sandbox.run("converter.measure", directory, _MEASURE_SECONDS)
    if outcome.status != 0:
        _log_failure("measuring failed in its process", outcome)
        if outcome.timed_out:
            return _refused(f"Opening this model takes longer than {_MEASURE_SECONDS} seconds.")
        return _refused("The converted model cannot be opened within the memory there is.")
    try:
        cost = sandbox.read_json(directory / "converter.measure.out")
        session = {"open_ms": cost["open_ms"], "memory_bytes": cost["memory_bytes"]}
        checked = Manifest.from_dict({**manifest, "session": session})
        with sandbox.open_result(directory / TARGET, ONNX_BYTES):
            pass
    except (ValueError, OSError, KeyError, TypeError, InvalidManifest) as fault:
        log("warning", "the conversion's result is not valid", error=fault)
        return _refused(_DAMAGED)
    if checked.session.memory_bytes > SESSION_BYTES:
        needed, allowed = checked.session.memory_bytes // MEBIBYTE, SESSION_BYTES // MEBIBYTE
        return _refused(
            f"The model takes {needed} MB of memory when it is open, and {allowed} MB can be "
            "served; make it smaller (fewer or shallower trees, for instance)."
        )
    return {"status": "converted", "manifest": checked.to_dict()}


def _log_failure(message: str, outcome: sandbox.Outcome) -> None:
    log("warning", message, status=outcome.status, stack=traceback_of(outcome.errors))


def _sentence(outcome: sandbox.Outcome) -> str:
    if outcome.timed_out:
        return _TOO_SLOW
    return _TOO_LARGE if outcome.status == -signal.SIGKILL else _DAMAGED


def _refused(sentence: str) -> dict[str, Any]:
    return {"status": "refused", "error": sentence[:500]}
