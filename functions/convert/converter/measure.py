"""What one open session costs, run as ``python -m converter.measure`` beside ``model.onnx``.

A process of its own, so that the peak is the session's and nothing else's. Prints one JSON object.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

from converter import confine
from converter.job import REQUEST, TARGET
from converter.limits import MEBIBYTE


def main() -> None:
    """Open the file, answer one row, and print milliseconds and bytes."""
    request = json.loads(Path(REQUEST).read_text())
    import numpy as np  # noqa: PLC0415  # before the limits are on, so that it can make its threads
    import onnxruntime as ort  # noqa: PLC0415

    confine.this_process(memory_bytes=request["memory_mb"] * MEBIBYTE)
    options = ort.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 4
    before = _status("VmRSS")
    started = time.perf_counter()
    session = ort.InferenceSession(TARGET, options, providers=["CPUExecutionProvider"])
    opened = time.perf_counter()
    result: dict[str, object] = {"open_ms": round((opened - started) * 1000, 3)}
    try:
        session.run(None, {value.name: _sample(value, np) for value in session.get_inputs()})
    except Exception as failure:  # noqa: BLE001  # a free dimension guessed wrong is no fault
        result["run_failed"] = str(failure)[:200]
    result["memory_bytes"] = max(_status("VmHWM") - before, 0)
    sys.stdout.write(json.dumps(result))


def _sample(value: Any, np: Any) -> Any:  # typed by nobody
    kinds = {"tensor(string)": object, "tensor(double)": "float64", "tensor(float)": "float32"}
    dtype = kinds.get(value.type, value.type.removeprefix("tensor(").removesuffix(")"))
    shape = [size if isinstance(size, int) and size > 0 else 1 for size in value.shape]
    return np.full(shape, "" if dtype is object else 0, dtype=dtype)


def _status(field: str) -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{field}:"):
            return int(line.split()[1]) * 1024
    return 0


if __name__ == "__main__":
    main()
