"""Measure everything, print the table and write ``bench/results.json``."""

import json
import platform
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from bench import (
    authorizer,
    cold,
    cpu,
    listing,
    many_models,
    memory_sizes,
    package,
    subject,
    trees,
    warm,
)
from bench.figures import Figure
from inferx import deadline

RESULTS = Path(__file__).parent / "results.json"
PARTS: dict[str, Callable[[subject.Subject], list[Figure]]] = {
    "warm": warm.measure,
    "cold": cold.measure,
    "cpu": cpu.measure,
    "package": package.measure,
    "models": many_models.measure,
    "listing": listing.measure,
    "memory": memory_sizes.measure,
    "authorizer": authorizer.measure,
    "trees": trees.measure,
}


def main() -> int:
    """Run the parts named on the command line, or all; return 1 when a budget is broken."""
    chosen = sys.argv[1:] or list(PARTS)
    with tempfile.TemporaryDirectory() as folder:
        model = subject.make(Path(folder))
        figures: list[Figure] = []
        for part in chosen:
            deadline.forget()  # of a handler that the part before has called in this process
            figures += PARTS[part](model)
    sys.stdout.write(_table(figures))
    if chosen == list(PARTS):
        RESULTS.write_text(json.dumps(_results(figures), indent=2) + "\n")
    return 0 if all(figure.held for figure in figures) else 1


def _table(figures: list[Figure]) -> str:
    lines = [
        "| what | ours | against | theirs | ratio | budget |",
        "|---|---:|---|---:|---:|---:|",
    ]
    for each in figures:
        budget = "" if each.budget is None else f"≤ {each.budget:.3g}"
        broken = "" if each.held else " **over**"
        lines.append(
            f"| {each.what} | {each.ours:,.4g} {each.unit} | {each.against} "
            f"| {each.floor:,.4g} {each.unit} | {each.ratio:.3g}{broken} | {budget} |"
        )
    return "\n".join(lines) + "\n"


def _results(figures: list[Figure]) -> dict[str, object]:
    return {
        "python": platform.python_version(),
        "machine": platform.machine(),
        "figures": [
            asdict(each) | {"ratio": round(each.ratio, 4), "held": each.held} for each in figures
        ],
    }


if __name__ == "__main__":
    sys.exit(main())
