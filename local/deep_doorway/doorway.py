"""What the local stack runs in place of the image of `convert_deep`: a function of one module.

The emulator's Python has no PyTorch, so each invocation is a child process of `.venv-deep`'s.
Deployed as the text of this file; it imports the standard library alone.
"""

import json
import os
import subprocess
import sys
from typing import Any

PYTHON, PATHS, INVOCATION = "DEEP_PYTHON", "DEEP_PATHS", "DEEP_INVOCATION"
"""The variables that name the interpreter, what it imports from, and `invocation.py`."""

_OF_THE_ROLE = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
_MARGIN_S = 1.0


def handler(event: dict[str, Any], context: Any) -> Any:
    """Run the converter's handler in a child process, and return or raise what it does."""
    seconds = context.get_remaining_time_in_millis() / 1000 - _MARGIN_S
    given = {
        "event": event,
        "request_id": context.aws_request_id,
        "tenant_id": getattr(context, "tenant_id", None),
        "remaining_ms": int(seconds * 1000),
    }
    kept = {name: value for name, value in os.environ.items() if name not in _OF_THE_ROLE}
    try:
        # Not `-I`, which ignores PYTHONPATH; `-P` keeps the script's own folder out.
        ended = subprocess.run(
            [os.environ[PYTHON], "-P", os.environ[INVOCATION]],
            check=False,
            input=json.dumps(given).encode(),
            stdout=subprocess.PIPE,
            stderr=sys.stderr,
            env={**kept, "PYTHONPATH": os.environ[PATHS]},
            timeout=seconds,
        )
    except subprocess.TimeoutExpired:
        raise _error("Sandbox.Timedout", f"Task timed out after {seconds:.2f} seconds") from None
    try:
        outcome = json.loads(ended.stdout)
    except ValueError:
        raise _error("Runtime.ExitError", f"exit status {ended.returncode}") from None
    if "raised" in outcome:
        raise _error(outcome["raised"], outcome["message"])
    return outcome["returned"]


def _error(kind: str, message: str) -> Exception:
    """Return an error of a class of this name: Lambda reports no more of it than that."""
    return type(kind, (Exception,), {})(message)  # type: ignore[no-any-return]  # made just now
