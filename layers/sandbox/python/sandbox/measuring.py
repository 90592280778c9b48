"""What one open session costs, run as ``python -m sandbox.measuring`` beside ``model.onnx``.

A process of its own, so that the peak is the session's and nothing else's. It writes
``session.json``.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

from sandbox.child import granted_memory
from sandbox.confinement import confine_this_process
from sandbox.job import TARGET

SESSION = "session.json"


def main() -> None:
    """Open the model as predictions do, run one row, and write milliseconds and bytes."""
    confine_this_process(granted_memory())
    import numpy as np  # noqa: PLC0415  # once confined: onnxruntime starts a thread

    from inferx.onnx_session import PROVIDERS, ort, session_options  # noqa: PLC0415

    options = session_options()
    options.log_severity_level = 4  # what goes wrong is raised
    before = _status("VmRSS")
    started = time.perf_counter()
    session = ort.InferenceSession(TARGET, options, providers=PROVIDERS)
    opened = time.perf_counter()
    try:
        session.run(None, {value.name: _sample(value, np) for value in session.get_inputs()})
    except Exception as failure:  # noqa: BLE001  # a free dimension guessed wrong is no fault
        sys.stderr.write(f"the sample row failed: {failure}\n")
    result = {
        "open_ms": round((opened - started) * 1000, 3),
        "memory_bytes": max(_status("VmHWM") - before, 0),
    }
    Path(SESSION).write_text(json.dumps(result))


def _sample(value: Any, np: Any) -> Any:  # onnxruntime and numpy come without types here
    kinds = {"tensor(string)": object, "tensor(double)": "float64", "tensor(float)": "float32"}
    dtype = kinds.get(value.type, value.type.removeprefix("tensor(").removesuffix(")"))
    shape = [size if isinstance(size, int) and size > 0 else 1 for size in value.shape]
    return np.full(shape, "" if dtype is object else 0, dtype=dtype)


def _status(field: str) -> int:
    """Return a size of this process, in bytes (proc(5), /proc/pid/status)."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{field}:"):
            return int(line.split()[1]) * 1024
    return 0


if __name__ == "__main__":
    main()
