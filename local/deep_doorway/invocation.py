"""One invocation of `convert_deep`, under `.venv-deep`'s Python: JSON in, JSON out.

Started by the doorway. It may run on Python 3.11, as the converter itself.
"""

import json
import os
import sys
import traceback
from typing import Any


class Context:
    """What Lambda passes along with the event, as far as the converter uses it."""

    def __init__(self, given: dict[str, Any]) -> None:
        self.aws_request_id = given["request_id"]
        self.tenant_id = given["tenant_id"]
        self._milliseconds = given["remaining_ms"]

    def get_remaining_time_in_millis(self) -> int:
        """Return the time that was left when the invocation began, in ms."""
        return int(self._milliseconds)


def main() -> None:
    """Invoke the handler with what standard input holds; write its outcome to standard output."""
    # Whatever else is printed are logs, which the emulator takes from standard error.
    with os.fdopen(os.dup(1), "w") as response:
        os.dup2(2, 1)
        given = json.load(sys.stdin)
        json.dump(_outcome(given), response)


def _outcome(given: dict[str, Any]) -> dict[str, Any]:
    from app import handler  # noqa: PLC0415  # functions/convert_deep; prints from here on are logs

    try:
        return {"returned": handler(given["event"], Context(given))}
    except Exception as error:  # noqa: BLE001  # as Lambda's runtime does
        traceback.print_exc()
        return {"raised": type(error).__name__, "message": str(error)}


if __name__ == "__main__":
    main()
