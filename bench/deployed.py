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
    """Return the command that runs a script with these folders' modules and no others.

    The script adds its first argument to ``sys.path``. Nothing of this environment can be imported,
    neither an installed package nor the checkout.
    """
    function, *layers = folders()
    paths = [function, *(layer / "python" for layer in layers)]
    # Without bytecode written: Lambda's disk is read-only there.
    isolated = [sys.executable, "-I", "-S", "-B"]
    return [*isolated, str(script), os.pathsep.join(map(str, paths)), *arguments]
