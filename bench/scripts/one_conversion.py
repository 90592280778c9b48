"""Converts one file in the sandbox, and prints what its child processes took.

A process of its own for each conversion: the kernel keeps the peak memory of all children together.
The checkout that is measured comes by ``PYTHONPATH``.
"""

import json
import resource
import shutil
import sys
import tempfile
import time
from pathlib import Path

from sandbox.service import run_conversion


def main() -> None:
    """Convert the file that the argument names."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(sys.argv[1], Path(folder) / "source")
        started = time.perf_counter()
        outcome = run_conversion(Path(folder), "converter.job")
        seconds = time.perf_counter() - started
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    taken = {
        "converted": type(outcome).__name__ == "Converted",
        "processor_s": used.ru_utime + used.ru_stime,
        "wall_s": seconds,
        "peak_mb": used.ru_maxrss / 1024,
    }
    sys.stdout.write(json.dumps(taken) + "\n")


if __name__ == "__main__":
    main()
