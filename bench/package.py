"""The unzipped size of the predict function with its layers, as ``make up`` built them."""

from pathlib import Path

from bench.figures import Figure
from bench.subject import Subject

BUILD = Path(__file__).parents[1] / ".local/build"
PARTS = ("PredictFunction", "InferxLayer", "OnnxLayer")


def measure(_: Subject) -> list[Figure]:
    """Measure it in MB of 10⁶ bytes, against the 70 MB that the design allows."""
    missing = [part for part in PARTS if not (BUILD / part).is_dir()]
    if missing:
        raise SystemExit(f"Not built: {', '.join(missing)}. Run `make up` first.")
    size = sum(
        path.stat().st_size
        for part in PARTS
        for path in (BUILD / part).rglob("*")
        if path.is_file()
    )
    return [Figure("package, unzipped", size / 1e6, "design", 70, "MB", 1)]
