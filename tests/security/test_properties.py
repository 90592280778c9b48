"""No alteration of an honest part, among thousands, does more than be refused or stay harmless."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.security.properties.run import COUNTS, CURRENT, NAME

_SECONDS = 600


@pytest.mark.slow
def test_altered_parts_are_refused_or_harmless(tmp_path: Path) -> None:
    one_thread = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}

    child = subprocess.run(
        [sys.executable, "-m", "tests.security.properties.run"],
        check=False,
        cwd=tmp_path,
        env={**os.environ, **one_thread},
        timeout=_SECONDS,
        capture_output=True,
        text=True,
    )

    case = f"{(tmp_path / NAME).read_text()}, {tmp_path / CURRENT}"
    assert child.returncode == 0, f"{case}: {child.stderr[-2000:]}"
    counts = json.loads((tmp_path / COUNTS).read_text())
    assert sum(sum(kinds.values()) for kinds in counts.values()) > 7_000
    assert all(kinds["used"] for kinds in counts.values())
