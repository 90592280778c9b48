"""The unzipped size of the predict function with its layers, as ``make up`` built them."""

from bench import deployed
from bench.figures import Figure
from bench.subject import Subject


def measure(_: Subject) -> list[Figure]:
    """Measure it in MB of 10⁶ bytes, against the 70 MB that the design allows."""
    size = sum(
        path.stat().st_size
        for folder in deployed.folders()
        for path in folder.rglob("*")
        if path.is_file()
    )
    return [Figure("package, unzipped", size / 1e6, "design", 70, "MB", 1)]
