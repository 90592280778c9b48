"""Measure everything, print the table and write ``bench/results.json``.

``python -m bench [--runs N] [PART…]``. Of several runs, each in a process of its own, the
table shows how much the ratios vary: a budget must leave them room.
"""

import argparse
import json
import platform
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from multiprocessing import get_context
from pathlib import Path
from statistics import median

from bench import (
    authorizer,
    cold,
    concurrency,
    cpu,
    listing,
    many_models,
    memory_sizes,
    package,
    plot,
    points,
    protocol,
    snapshot,
    subject,
    trees,
    warm,
)
from bench.figures import Figure
from inferx import deadline

RESULTS = Path(__file__).parent / "results.json"
PARTS: dict[str, Callable[[subject.Subject], list[Figure]]] = {
    "warm": warm.measure,
    "protocol": protocol.measure,
    "cold": cold.measure,
    "snapshot": snapshot.measure,
    "cpu": cpu.measure,
    "concurrency": concurrency.measure,
    "package": package.measure,
    "models": many_models.measure,
    "listing": listing.measure,
    "memory": memory_sizes.measure,
    "authorizer": authorizer.measure,
    "trees": trees.measure,
}


def main() -> int:
    """Run the parts named on the command line, or all; return 1 when a budget is broken."""
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    asked = parser.parse_args()
    unknown = [part for part in asked.parts if part not in PARTS]
    if unknown:
        parser.error(f"{unknown[0]} is none of {', '.join(PARTS)}")
    parts = asked.parts or list(PARTS)
    if asked.runs == 1:
        runs = [_measured(parts)]
    else:
        with get_context("fork").Pool(1, maxtasksperchild=1) as processes:
            runs = processes.map(_measured, [parts] * asked.runs, chunksize=1)
    _report(runs, whole=parts == list(PARTS))
    return 0 if all(figure.held for figures in runs for figure in figures) else 1


def _measured(parts: list[str]) -> list[Figure]:
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory() as folder:
        model = subject.make(Path(folder))
        for part in parts:
            deadline.forget()  # of a handler that the part before has called in this process
            figures += PARTS[part](model)
    return figures


def _report(runs: list[list[Figure]], *, whole: bool) -> None:
    figures = runs[-1]
    beside = [each for each in figures if isinstance(each, points.Point)]
    compared = [[each for each in run if not isinstance(each, points.Point)] for run in runs]
    sys.stdout.write(_table(compared[0]) if len(runs) == 1 else _spread(compared))
    if beside:
        sys.stdout.write("\n".join(["", plot.text(beside), points.table(beside)]))
    if whole:
        RESULTS.write_text(json.dumps(_results(figures), indent=2) + "\n")
        plot.write(beside)


def _spread(runs: list[list[Figure]]) -> str:
    lines = ["| what | median | largest | budget |", "|---|---:|---:|---:|"]
    for each in zip(*runs, strict=True):
        ratios = [figure.ratio for figure in each]
        budget = "" if each[0].budget is None else f"≤ {each[0].budget:.3g}"
        lines.append(
            f"| {each[0].what}, {each[0].against} | {median(ratios):.3g} | {max(ratios):.3g} "
            f"| {budget} |"
        )
    return "\n".join(lines) + "\n"


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
