"""Files of Keras and PyTorch for tests outside their environment, and what they predict."""

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local import deep_environment
from tools.template import ROOT

NAMES = (
    *("digits.keras", "digits.h5", "digits.pt2", "digits_module.pt", "digits_traced.pt"),
    *("keras_2.h5", "texts_lstm.keras", "texts_attention.pt2", "two_in_two_out.pt2"),
)
"""What ``tests.deep.files`` writes."""


@dataclass(frozen=True)
class DeepFile:
    """A file with what its framework predicts for some rows, and how often that is right."""

    path: Path
    model_type: str
    input: Any
    prediction: list[Any]
    accuracy: float | None


def write_files(folder: Path) -> dict[str, DeepFile]:
    """Train and save the networks in ``folder``, under `.venv-deep`'s Python."""
    subprocess.run(
        [deep_environment.PYTHON, "-m", "tests.deep.files", str(folder)],
        check=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
        capture_output=True,
    )
    expected = json.loads((folder / "expected.json").read_text())["files"]
    return {name: DeepFile(folder / name, **found) for name, found in expected.items()}
