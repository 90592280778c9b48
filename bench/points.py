"""Points of the plot: one measurement of ours and of another server, for a size of batch."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from bench.figures import Figure

Kind = Literal["latency", "CPU"]
KINDS: tuple[Kind, ...] = ("latency", "CPU")
OURS = "InferX (without HTTP)"
Lines = dict[str, dict[int, float]]
"""By server, seconds of one request by its rows."""


@dataclass(frozen=True)
class Point(Figure):
    """A figure of a request, in microseconds.

    Attributes:
        kind: what was measured.
        rows: how many rows the request has.
    """

    kind: Kind = "latency"
    rows: int = 1


def read(results: dict[str, Any]) -> list[Point]:
    """Return the points that ``bench/results.json`` holds."""
    names = Point.__dataclass_fields__
    return [
        Point(**{name: value for name, value in each.items() if name in names})
        for each in results["figures"]
        if "rows" in each
    ]


def lines(points: Iterable[Point], kind: Kind) -> Lines:
    """Return a line for each server, ours first."""
    found: Lines = {OURS: {}}
    for each in points:
        if each.kind == kind:
            found[OURS][each.rows] = each.ours / 1e6
            found.setdefault(each.against, {})[each.rows] = each.floor / 1e6
    return found


def table(points: Sequence[Point]) -> str:
    """Return a table in Markdown: milliseconds of latency and of CPU, by server and rows."""
    sizes = sorted({each.rows for each in points})
    latency, cpu = (lines(points, kind) for kind in KINDS)
    text = [
        "| latency / CPU, ms | " + " | ".join(_count(size) for size in sizes) + " |",
        "|---|" + "---:|" * len(sizes),
    ]
    for server, by_size in latency.items():
        cells = [f"{_ms(by_size[size])} / {_ms(cpu[server][size])}" for size in sizes]
        text.append(f"| {server} | " + " | ".join(cells) + " |")
    return "\n".join(text) + "\n"


def _count(rows: int) -> str:
    return "1 row" if rows == 1 else f"{rows:,} rows"


def _ms(seconds: float) -> str:
    milliseconds = seconds * 1e3
    decimals = 3 if milliseconds < 1 else max(0, 2 - math.floor(math.log10(milliseconds)))
    return f"{milliseconds:.{decimals}f}"
