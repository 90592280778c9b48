"""What ``make up`` built of the predict function and its layers, importable as on Lambda."""

import os
import sys
from pathlib import Path

BUILD = Path(__file__).parents[1] / ".local/build"
PARTS = ("PredictFunction", "InferxLayer", "OnnxLayer")


def folders() -> list[Path]:
    """Return the folders of the function and its layers.

    Raises:
        SystemExit: they are not built.
    """
    missing = [part for part in PARTS if not (BUILD / part).is_dir()]
    if missing:
        raise SystemExit(f"Not built: {', '.join(missing)}. Run `make up` first.")
    return [BUILD / part for part in PARTS]


def command(script: Path, *arguments: str) -> list[str]:
    """Return the command that runs a script with nothing installed in this environment.

    It writes no bytecode: Lambda's disk is read-only there.
    """
    return [sys.executable, "-S", "-P", "-B", str(script), *arguments]


def environment() -> dict[str, str]:
    """Return the variables with which the modules of :func:`folders` can be imported."""
    function, *layers = folders()
    return {"PYTHONPATH": os.pathsep.join(map(str, (function, *(at / "python" for at in layers))))}
