"""`python -m tools.coverage_floors`: fails when a part is tested less than agreed.

One number for everything would let a well-tested part pay for an untested one.
"""

import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from local import deep_environment

PACKAGE = "layers/inferx/python/inferx/"
DEEP = "functions/convert_deep/"
# Per cent of lines and branches; the first prefix that fits a file is its part.
FLOORS = {
    f"{PACKAGE}identity/": 95.0,
    f"{PACKAGE}registry/": 85.0,
    f"{PACKAGE}serving/": 85.0,
    PACKAGE: 60.0,
    "layers/sandbox/": 60.0,
    DEEP: 60.0,
    "functions/": 60.0,
}


def percentages(report: dict[str, Any]) -> dict[str, float]:
    """Return the covered per cent of each part in the report of `coverage json`."""
    covered, total = dict.fromkeys(FLOORS, 0), dict.fromkeys(FLOORS, 0)
    for file, measured in report["files"].items():
        part = next((prefix for prefix in FLOORS if file.startswith(prefix)), None)
        if part is not None:
            summary = measured["summary"]
            covered[part] += summary["covered_lines"] + summary.get("covered_branches", 0)
            total[part] += summary["num_statements"] + summary.get("num_branches", 0)
    return {part: 100.0 * covered[part] / total[part] for part in FLOORS if total[part]}


def main() -> int:
    """Print each part's coverage beside its floor; 1 when one is below."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "coverage.json"
        command = [sys.executable, "-m", "coverage", "json", "--quiet", "-o", str(path)]
        subprocess.run(command, check=True)
        found = percentages(json.loads(path.read_text()))
    if not deep_environment.is_there():
        del found[DEEP]
        sys.stdout.write(f"Not measured, because its tests cannot run here: {DEEP}\n")
    below = [part for part, per_cent in found.items() if per_cent < FLOORS[part]]
    for part, per_cent in found.items():
        remark = "  BELOW ITS FLOOR" if part in below else ""
        sys.stdout.write(f"{per_cent:5.1f} % of {part} (floor {FLOORS[part]:.0f} %){remark}\n")
    return 1 if below else 0


if __name__ == "__main__":
    sys.exit(main())
