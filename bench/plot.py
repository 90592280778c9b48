"""The plot of `make bench`: as text in the terminal, and as docs/performance.svg.

``python -m bench.plot`` draws the picture again from ``bench/results.json``, and writes the table
of the same points.
"""

import io
import json
import math
from collections.abc import Sequence
from pathlib import Path

import plotext
from matplotlib import style
from matplotlib.figure import Figure as Canvas

from bench import document, points
from bench.points import Kind, Lines, Point

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "bench/results.json"
PICTURE = ROOT / "docs/performance.svg"
TITLES: dict[Kind, str] = {
    "latency": "Latency of a request",
    "CPU": "CPU of a request, all processes",
}

_WIDTH, _HEIGHT = 100, 24
_UNITS = {1e-5: "10 µs", 1e-4: "100 µs", 1e-3: "1 ms", 1e-2: "10 ms", 1e-1: "100 ms", 1.0: "1 s"}
# Of middling brightness, so that they are seen on white and on black.
_INK = "#808890"
_COLOURS = ("#e5484d", "#3b82f6", "#12a594", "#d97706", "#a855f7", "#8d6e4a", "#64748b")
_MARKS = ("o", "s", "^", "v", "D", "P", "X")
_STYLE = {
    "svg.fonttype": "none",  # text stays text
    "svg.hashsalt": "inferx",  # the same points give the same file
    "font.size": 9,
    "text.color": _INK,
    "axes.edgecolor": _INK,
    "axes.labelcolor": _INK,
    "xtick.color": _INK,
    "ytick.color": _INK,
}


def text(measured: Sequence[Point]) -> str:
    """Return both plots for a terminal, without colours."""
    plots = [_text_of(points.lines(measured, kind), kind) for kind in points.KINDS]
    servers = points.lines(measured, "latency")
    legend = "   ".join(f"{mark} {server}" for mark, server in enumerate(servers))
    return "\n".join([*plots, legend, ""])


def _text_of(lines: Lines, kind: Kind) -> str:
    figure = plotext.figure
    figure.clear.all()
    figure.plot_size(_WIDTH, _HEIGHT)
    for mark, by_size in reversed(list(enumerate(lines.values()))):  # ours over the others
        x = [math.log10(size) for size in by_size]
        y = [math.log10(seconds) for seconds in by_size.values()]
        signal = figure.signal(x, y, marker=str(mark))
        signal.lines()
        figure.draw(signal)
    sizes = list(next(iter(lines.values())))
    ticks = ticks_of(lines)
    figure.ruler("x").ticks([math.log10(size) for size in sizes], [f"{n:,}" for n in sizes])
    figure.ruler("y").ticks([math.log10(each) for each in ticks], [_UNITS[each] for each in ticks])
    figure.title(TITLES[kind])
    figure.label("rows of a request")
    built: str = figure.build().string(colorless=True)
    return built


def ticks_of(lines: Lines) -> list[float]:
    """Return the powers of ten, in seconds, from below the lowest point to above the highest."""
    found = [seconds for by_size in lines.values() for seconds in by_size.values()]
    ends = math.floor(math.log10(min(found))), math.ceil(math.log10(max(found)))
    return [each for each in _UNITS if 10.0 ** ends[0] <= each * 1.001 <= 10.0 ** ends[1] * 1.01]


def svg(measured: Sequence[Point]) -> str:
    """Return both plots as one picture, with a line for each server and a legend."""
    with style.context(_STYLE):
        canvas = Canvas(figsize=(10, 4.8), layout="constrained")
        axes = canvas.subplots(1, 2)
        for each, kind in zip(axes, points.KINDS, strict=True):
            lines = points.lines(measured, kind)
            for at, (server, by_size) in enumerate(lines.items()):
                each.plot(
                    list(by_size),
                    list(by_size.values()),
                    label=server,
                    color=_COLOURS[at],
                    marker=_MARKS[at],
                    markersize=4,
                    linewidth=2.5 if server == points.OURS else 1.3,
                    zorder=4 if server == points.OURS else 3,
                )
            each.set(xscale="log", yscale="log", title=TITLES[kind], xlabel="rows of a request")
            each.set_xticks(sizes := list(next(iter(lines.values()))), [f"{n:,}" for n in sizes])
            each.set_yticks(ticks := ticks_of(lines), [_UNITS[tick] for tick in ticks])
            each.set_ylim(ticks[0], ticks[-1])
            each.minorticks_off()
            each.grid(color=_INK, alpha=0.25, linewidth=0.6)
            each.patch.set_alpha(0)
        names = axes[0].get_legend_handles_labels()
        canvas.legend(*names, loc="outside lower center", ncols=4, frameon=False)
        file = io.StringIO()
        canvas.savefig(file, format="svg", transparent=True, metadata={"Date": None})
    return "\n".join(line.rstrip() for line in file.getvalue().splitlines()) + "\n"


def write(measured: Sequence[Point]) -> None:
    """Write the picture and the table of docs/performance.md."""
    PICTURE.write_text(svg(measured))
    document.write([points.table(measured)])


if __name__ == "__main__":
    write(points.read(json.loads(RESULTS.read_text())))
