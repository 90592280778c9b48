"""Structured log lines for CloudWatch: one JSON object a line, no bodies, no credentials.

``predict`` and ``authorizer`` cannot afford a logging framework in their cold start, and the lines
of all functions should read alike, so this module is the only logger.
"""

import json
import os
import re
import sys
from typing import Any

from inferx.clock import iso, now
from inferx.telemetry.context import bound

_CODE = re.compile(r"[A-Za-z][\w.]{0,60}")
_MOST_CAUSES = 5
_LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40}


def log(level: str, message: str, *, error: BaseException | None = None, **fields: Any) -> None:
    """Write one line to standard output, where Lambda collects it.

    The ids that are bound to the request are added to it.

    Args:
        level: ``debug``, ``info``, ``warning`` or ``error``.
        message: a constant phrase, so that lines can be grouped by it.
        error: its type, its stack and what caused it are added; never a text, which may quote a
            request.
        fields: values that JSON can hold.
    """
    if _LEVELS[level] < _LEVELS.get(os.environ.get("LOG_LEVEL", "INFO").lower(), 20):
        return
    line: dict[str, Any] = {
        "timestamp": iso(now()),
        "level": level.upper(),
        "service": os.environ.get("POWERTOOLS_SERVICE_NAME", "inferx"),
        "message": message,
        **bound(),
        **fields,
    }
    if error is not None:
        import traceback  # noqa: PLC0415  # a third of a millisecond of each cold start

        line["error"] = type(error).__name__
        line["stack"] = [
            f"{frame.filename}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(error.__traceback__)
        ]
        line["causes"] = _causes(error)
    sys.stdout.write(json.dumps(line, default=str) + "\n")


def _causes(error: BaseException) -> list[str]:
    """Return the types of the errors behind this one, each with AWS's error code if it has one."""
    found: list[str] = []
    cause = error.__cause__
    while cause is not None and len(found) < _MOST_CAUSES:
        found.append(f"{type(cause).__name__} {_aws_code(cause)}".rstrip())
        cause = cause.__cause__
    return found


def _aws_code(error: BaseException) -> str:
    # botocore's ClientError and the hand-signed calls' Declined, which this module cannot import.
    response = getattr(error, "response", None)
    details = response.get("Error") if isinstance(response, dict) else None
    code = details.get("Code") if isinstance(details, dict) else getattr(error, "code", "")
    return code if isinstance(code, str) and _CODE.fullmatch(code) else ""
