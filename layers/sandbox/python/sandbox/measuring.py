"""What one open session costs, run as ``python -m sandbox.measuring`` beside ``model.onnx``.

A process of its own, so that the peak is the session's and nothing else's. It writes
``session.json``.
"""

import json
import time
from pathlib import Path
from typing import Any

from sandbox.child import granted_memory
from sandbox.confinement import confine_this_process
from sandbox.job import TARGET

SESSION = "session.json"


def main() -> None:
    """Open the model as predictions do, run single rows, and write milliseconds and bytes.

    What is written instead for a model that takes too much is ``{"refused": sentence}``.
    """
    confine_this_process(granted_memory())
    # Imported once confined: onnxruntime starts a thread.
    from inferx.onnx_session import PROVIDERS, ort, session_options  # noqa: PLC0415
    from sandbox.trial_rows import TooMuch, try_rows  # noqa: PLC0415

    options = session_options()
    options.log_severity_level = 4  # what goes wrong is raised
    before = _status("VmRSS")
    started = time.perf_counter()
    session = ort.InferenceSession(TARGET, options, providers=PROVIDERS)
    opened = time.perf_counter()
    result: dict[str, Any] = {}
    try:
        try_rows(session)
    except TooMuch as refusal:
        result = {"refused": str(refusal)}
    result = result or {
        "open_ms": round((opened - started) * 1000, 3),
        "memory_bytes": max(_status("VmHWM") - before, 0),
    }
    Path(SESSION).write_text(json.dumps(result))


def _status(field: str) -> int:
    """Return a size of this process, in bytes (proc(5), /proc/pid/status)."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{field}:"):
            return int(line.split()[1]) * 1024
    return 0


if __name__ == "__main__":
    main()
